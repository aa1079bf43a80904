"""What the bank shows: cards, the directory, the full-text index."""

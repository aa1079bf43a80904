"""What blogs shall show is brought to them."""

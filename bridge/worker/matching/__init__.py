"""Posts become profiles, lists and cards."""

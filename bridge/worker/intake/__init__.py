"""Deliveries become authors, posts and comments."""

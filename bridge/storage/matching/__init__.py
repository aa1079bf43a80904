"""Profiles, epochs, lists, and what authors say about them."""

"""Blogs: their connection, what arrives from them and what they shall show."""

"""What blogs said: authors, posts, and what was taken away again."""

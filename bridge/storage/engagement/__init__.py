"""Comments, and what is counted of them."""

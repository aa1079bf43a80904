"""Comments become figures."""

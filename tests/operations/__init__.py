"""What is neither SQL nor a station."""

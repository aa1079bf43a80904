"""What is neither SQL nor a station: acts that go over several parts of what is stored."""

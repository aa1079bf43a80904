"""Inputs that nobody would send, by the hundred thousand: `make fuzz`. What they found is a small test elsewhere."""

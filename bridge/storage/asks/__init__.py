"""Asks for mentoring: what was written, who answered, what both agreed, and the counts that stay."""

"""From posts to mentors: profiles, who is related to whom, and why. Pure: no clock, no database."""

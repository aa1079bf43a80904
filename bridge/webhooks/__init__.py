"""1 IN: what blogs send. Verified, stored, acknowledged; understood later."""

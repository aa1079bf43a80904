"""People at the dashboard: sessions, private feeds, conversations as they read them."""

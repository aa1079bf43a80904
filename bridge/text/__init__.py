"""From a post's HTML to its words: pure, deterministic, no network, no model to download."""

"""What both applications of the web side share: who answers a path, who sends too slowly, how the bridge is."""

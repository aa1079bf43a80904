"""Real WordPress blogs on this machine, in temporary folders, on loopback; ended by pid."""

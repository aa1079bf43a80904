"""A measured load for a bridge: blogs that connect, publish and are called, and whoever is no blog.

`plan` says what happens when, `messages` what is said, `blogs` who says it and takes what comes back, `senders` and
`bad_clients` send it, `report` counts, and `run` puts them together.
"""

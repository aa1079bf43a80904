"""The yardstick: how well mentors are found on real blogs, through the same code that serves users.

Protocols follow expert finding (Balog et al., 2006; Macdonald and Ounis, 2006) and are frozen: nothing here is chosen
by looking at the half that is tested. Every figure is macro-averaged by author, so that nobody counts more for
writing more, and stands beside its baselines.
"""

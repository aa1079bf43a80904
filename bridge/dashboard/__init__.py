"""5 SHOW: the pages of a blogger, signed in from wp-admin."""

from bridge.dashboard.setup import register

__all__ = ["register"]

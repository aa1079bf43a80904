"""5 SHOW: the bank of mentors: pages, cards, feeds."""

from bridge.bank.routes import register

__all__ = ["register"]

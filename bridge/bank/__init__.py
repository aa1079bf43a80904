"""5 SHOW: the bank of mentors: pages, cards, feeds; and what machines ask."""

from bridge.bank.routes import register

__all__ = ["register"]

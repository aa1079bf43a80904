"""5 SHOW: what a reader or an operator sees of the bridge in a browser."""

from bridge.bank.routes import register

__all__ = ["register"]

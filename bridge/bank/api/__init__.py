"""The bank for programs: JSON under ``/api/v1``, described in OpenAPI 3.1 and on a page for people."""

from bridge.bank.api.setup import register

__all__ = ["register"]

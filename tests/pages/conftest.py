"""The pages over the test client."""

from tests.webhooks.conftest import alice, client, service

__all__ = ["alice", "client", "service"]

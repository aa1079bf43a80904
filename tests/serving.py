"""A web application on a loopback port, for a browser.

The server of the standard library: it closes what it sends also when the browser has left meanwhile, which Werkzeug's
does not. Whatever is being answered when a test ends is waited for, so that nothing of it reaches into the next one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask


class Server(ThreadingMixIn, WSGIServer):
    """A thread a connection; closing waits for all of them."""

    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves is no error."""


class Handler(WSGIRequestHandler):
    """Quiet; a connection that a browser opens ahead and does not use ends by itself."""

    timeout = 5

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def get_stderr(self) -> object:  # type: ignore[override]
        """Where the application's own errors go: nowhere, it has a log."""
        return _Silence()


class _Silence:
    def write(self, _said: str) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve it; its address."""
    server = make_server("127.0.0.1", port, app, server_class=Server, handler_class=Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The browser tests' server: whoever leaves early leaves no open file behind."""

from __future__ import annotations

import gc
import socket
import struct
import warnings
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, send_file

from tests.serving import served


def test_a_browser_that_leaves_before_the_file_has_come_leaves_nothing_open(tmp_path: Path) -> None:
    large = tmp_path / "large.svg"
    large.write_bytes(b"x" * 5_000_000)
    app = Flask("leaving")
    app.add_url_rule("/large.svg", view_func=lambda: send_file(large))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with served(app) as address:
            place = urlsplit(address)
            for read in (0, 100):
                with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=60) as browser:
                    browser.sendall(b"GET /large.svg HTTP/1.1\r\nHost: x\r\n\r\n")
                    if read:
                        browser.recv(read)
                    # A reset, not an orderly end: what a browser does whose page was left.
                    browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gc.collect()
    assert [str(warning.message) for warning in warned if warning.category is ResourceWarning] == []

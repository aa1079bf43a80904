"""A small HTTP load generator: keep-alive connections, prepared request bytes, one epoll loop.

Prepared bytes keep signing out of the measurement; one loop keeps the client cheaper than the server.
"""

from __future__ import annotations

import gc
import math
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass
class LoadOutcome:
    """What came back: HTTP status counts and the latency of each answer in seconds."""

    seconds: float = 0.0
    counts_from: float = 0.0  # what departed before is no latency
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Nearest-rank percentile of the latency, in milliseconds."""
        return 1000 * percentile(self.latencies, share)


@dataclass
class _Connection:
    sock: socket.socket
    began: float = 0.0
    received: bytes = b""
    busy: bool = False


def request_bytes(path: str, port: int, headers: dict[str, str], body: bytes) -> bytes:
    """One complete POST."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def _complete(received: bytes) -> int | None:
    """Status of a complete answer, or None while bytes are missing."""
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and len(rest) < int(value):
            return None
    return int(head.split(b" ", 2)[1])


def run(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
    warm_up: float = 0.0,
) -> LoadOutcome:
    """Send `requests` in order over `connections`, until they or the seconds run out.

    With `rate` (requests a second) the load is open: a request has its planned time of departure, and
    its latency counts from there, so that a stalled server cannot hide its queue. What departs in the first
    `warm_up` seconds, while the connections are new, is not in the latencies.
    """
    gc.collect()
    gc.disable()  # a pause of ours would look like one of the server
    try:
        return _run(port, requests, connections, seconds, rate, warm_up)
    finally:
        gc.enable()


def _run(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float | None, warm_up: float
) -> LoadOutcome:
    selector = selectors.DefaultSelector()
    idle: list[_Connection] = []
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(sock)
        selector.register(sock, selectors.EVENT_READ, connection)
        idle.append(connection)
    outcome = LoadOutcome()
    waiting: Iterator[tuple[int, bytes]] = enumerate(requests)
    start = time.perf_counter()
    outcome.counts_from = start + warm_up
    exhausted = False
    sent = 0
    while True:
        now = time.perf_counter()
        while idle and not exhausted and now - start < seconds:
            if rate is not None and start + sent / rate > now:
                break
            step = next(waiting, None)
            if step is None:
                exhausted = True
                break
            connection = idle.pop()
            connection.began = start + sent / rate if rate is not None else now
            connection.busy = True
            connection.sock.sendall(step[1])
            sent += 1
        over = exhausted or now - start >= seconds
        if over and len(idle) == connections:
            break
        if over and now - start > seconds + 20:
            raise TimeoutError("the server under load stopped answering")
        pause = 0.5 if rate is None or over else max(0.0, start + sent / rate - now)
        for key, _ in selector.select(min(pause, 0.5)):
            _receive(key.data, outcome, idle)
    outcome.seconds = time.perf_counter() - outcome.counts_from
    for key in list(selector.get_map().values()):
        key.data.sock.close()
    selector.close()
    return outcome


def _receive(connection: _Connection, outcome: LoadOutcome, idle: list[_Connection]) -> None:
    chunk = connection.sock.recv(65536)
    if not chunk:
        raise ConnectionError("the server closed a connection under load")
    connection.received += chunk
    status = _complete(connection.received)
    if status is None:
        return
    if connection.began >= outcome.counts_from:
        outcome.latencies.append(time.perf_counter() - connection.began)
    outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
    connection.received = b""
    connection.busy = False
    idle.append(connection)

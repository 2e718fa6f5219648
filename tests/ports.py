"""Ports for tests, below those that the system lends to outgoing connections: none is taken between finding and binding it."""

import itertools
import os
import socket

FIRST, EACH, WORKERS = 12_000, 2_000, 10
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
# Two runs on one machine begin at different places.
_next = itertools.count(os.getpid() * 37)


def unused_port() -> int:
    """A port of this process's own range that nobody listens on."""
    for _ in range(EACH):
        port = FIRST + _worker * EACH + next(_next) % EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")

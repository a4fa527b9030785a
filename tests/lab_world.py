"""The lab as tests use it: a server on a free port of the loopback, and questions to it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from dualcarbon.lab.engine import Engine
from dualcarbon.lab.server import application


class Lab:
    """A running lab.

    Attributes:
        port: that it listens at; engine: that solves for it.
    """

    def __init__(self, port: int, engine: Engine) -> None:
        self.port, self.engine = port, engine

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def send(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a request; a POST where there is a body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        given = {"content-type": "application/json", **(headers or {})}
        try:
            connection.request("GET" if body is None else "POST", path, body, given)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def ask(self, path: str, status: int = 200, **given: Any) -> Any:
        """What the lab answers to a question."""
        got, _, body = self.send(path, json.dumps(given).encode())
        assert got == status, body[:500]
        return json.loads(body)


@contextmanager
def running() -> Iterator[Lab]:
    """A lab until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    port, engine = listening.getsockname()[1], Engine()
    config = uvicorn.Config(application(engine, port), log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Lab(port, engine)
    finally:
        server.should_exit = True
        thread.join(10)
        engine.end()
        listening.close()

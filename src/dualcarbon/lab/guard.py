"""What stands before the application: whose page it answers to, and how much it reads."""

from __future__ import annotations

import json
from typing import Any

MOST_BYTES, MOST_UPLOADED = 256 * 1024, 4 * 1024 * 1024
UPLOADS = ("/api/shipments",)
JSON = "application/json"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class NotAllowed(Exception):
    """A request that the lab does not answer, with its status."""

    def __init__(self, words: str, status: int) -> None:
        self.status = status
        super().__init__(words)


class Guard:
    """An application that answers requests to its own address only.

    The host must be the loopback's, which a name that another site has bound to it is not; and
    where the browser says whose page asks, it must be ours.

    Args:
        inner: the application; port: that it is reached at.
    """

    def __init__(self, inner: Any, port: int) -> None:
        self.inner = inner
        self.hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost")}
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await _plain(send, *refused)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        await self.inner(scope, receive, with_headers)

    def _refused(self, scope: Any, headers: dict[str, str]) -> tuple[int, str] | None:
        if headers.get("host", "").lower() not in self.hosts:
            return 403, "the lab answers on this machine only"
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self.origins:
            return 403, "the lab answers to its own page only"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "the lab answers to its own page only"
        if scope["method"] == "POST" and not headers.get("content-type", "").startswith(JSON):
            return 415, "expected JSON"
        return None


async def read_json(request: Any) -> dict[str, Any]:
    """The body of a request, which is a JSON object and not too long.

    Raises:
        NotAllowed: it is longer than allowed, or something else.
    """
    most = MOST_UPLOADED if request.url.path in UPLOADS else MOST_BYTES
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise NotAllowed(f"more than {most // 1024} KB", 413)
        parts.append(part)
    try:
        given = json.loads(b"".join(parts) or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotAllowed("not JSON", 400) from None
    if not isinstance(given, dict):
        raise NotAllowed("expected an object", 400)
    return given


def _no_constant(name: str) -> Any:
    raise ValueError(name)


async def _plain(send: Any, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    headers += [(k.encode(), v.encode()) for k, v in HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})

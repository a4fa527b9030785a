"""The lab's server: on the loopback, for its own page, reading no file that a page names."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import DualcarbonError, InfeasiblePackage
from dualcarbon.lab import desk, tabs
from dualcarbon.lab.engine import Busy, Engine, Superseded
from dualcarbon.lab.guard import Guard, NotAllowed, read_json

logger = logging.getLogger(__name__)
STATIC = Path(__file__).with_name("static")
FILES = {"lab.js": "text/javascript", "lab.css": "text/css", "tabs.js": "text/javascript"}
HOST = "127.0.0.1"
STALE, WRONG, BUSY = 409, 422, 503

Handler = Callable[[Any, Engine], Awaitable[Any]]


def application(engine: Engine, port: int) -> Any:
    """The application.

    Args:
        engine: solves; port: that it is reached at.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    posts: dict[str, Handler] = {
        "/api/start": _start,
        "/api/levers": _levers,
        "/api/solve": partial(_staged, stage="first"),
        "/api/draw": partial(_staged, stage="draw"),
        "/api/more": partial(_staged, stage="then"),
        "/api/why": _why,
        "/api/copy": _copy,
        "/api/download": _download,
        "/api/status": _status,
        "/api/cancel": _cancel,
        "/api/shipments": tabs.shipments,
        "/api/club": tabs.club,
        "/api/claims": tabs.claims,
    }
    routes = [
        Route("/", _page),
        Route("/static/{name}", _static),
        Route("/page/{name}/{lang}", tabs.page),
        *(
            Route(path, _posted(handler, engine), methods=["POST"])
            for path, handler in posts.items()
        ),
    ]
    return Guard(Starlette(routes=routes), port)


def serve(port: int = 8765, *, open_page: bool = True, said: Callable[[str], None] = print) -> None:
    """Serve the page until interrupted.

    Args:
        port: of the loopback interface; 0 takes a free one.
        open_page: whether a browser is opened.
        said: told the address.

    Raises:
        InputError: the port is taken.
    """
    import socket
    import webbrowser

    import uvicorn

    from dualcarbon.errors import InputError

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        raise InputError(
            f"cannot listen here: {getattr(error, 'strerror', None) or error}",
            where=f"port {port}",
            allowed="a free port, or 0 for any",
        ) from None
    port = listening.getsockname()[1]
    engine = Engine()
    address = f"http://{HOST}:{port}/"
    said(address)
    if open_page:
        webbrowser.open(address)
    config = uvicorn.Config(application(engine, port), log_level="error", access_log=False,
                            timeout_graceful_shutdown=1, limit_concurrency=200)  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        engine.end()


def _posted(handler: Handler, engine: Engine) -> Callable[[Any], Awaitable[Any]]:
    """A handler whose errors become one sentence."""
    from starlette.responses import JSONResponse, Response

    async def answer(request: Any) -> Any:
        try:
            request.state.given = await read_json(request)
            found = await handler(request, engine)
            if isinstance(found, Response):
                return found
            body = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
            return Response(body, media_type="application/json")
        except NotAllowed as error:
            return JSONResponse({"error": str(error)}, error.status)
        except Superseded as error:
            return JSONResponse({"error": str(error)}, STALE)
        except Busy as error:
            return JSONResponse({"error": str(error)}, BUSY)
        except InfeasiblePackage as error:
            return JSONResponse({"error": str(error), "conflicts": error.conflicts}, WRONG)
        except DualcarbonError as error:
            return JSONResponse({"error": str(error)}, WRONG)
        except Exception:
            logger.exception("the lab could not answer %s", request.url.path)
            return JSONResponse({"error": "the lab could not answer; its log says why"}, 500)

    return answer


async def _page(request: Any) -> Any:
    from starlette.responses import HTMLResponse

    return HTMLResponse(desk.page())


async def _static(request: Any) -> Any:
    from starlette.responses import PlainTextResponse, Response

    name = request.path_params["name"]
    if name == "report.css":
        return Response(desk.style(), media_type="text/css")
    if name not in FILES:
        return PlainTextResponse("not found", 404)
    return Response((STATIC / name).read_bytes(), media_type=FILES[name])


def language(given: Mapping[str, Any]) -> str:
    """The language asked for; English where it is none."""
    lang = given.get("lang")
    return lang if lang in LANGUAGES else "en"


def client_of(given: Mapping[str, Any]) -> str:
    """Who asks: a short word that the page made up for itself."""
    return str(given.get("client", ""))[:40]


async def _engine(request: Any, engine: Engine, kind: str, work: Callable[..., Any]) -> Any:
    given = request.state.given
    return await asyncio.wrap_future(
        engine.ask(client_of(given), kind, partial(work, engine, given))
    )


async def _start(request: Any, engine: Engine) -> Any:
    return desk.start(language(request.state.given))


async def _levers(request: Any, engine: Engine) -> Any:
    return desk.levers(request.state.given, language(request.state.given))


async def _staged(request: Any, engine: Engine, *, stage: str) -> Any:
    lang = language(request.state.given)
    return await _engine(request, engine, stage, partial(desk.staged, stage=stage, lang=lang))


async def _why(request: Any, engine: Engine) -> Any:
    lang = language(request.state.given)
    return await _engine(request, engine, "why", partial(desk.why, lang=lang))


async def _copy(request: Any, engine: Engine) -> Any:
    return desk.copies(request.state.given)


async def _download(request: Any, engine: Engine) -> Any:
    from starlette.responses import Response

    lang = language(request.state.given)
    work = partial(desk.download, lang=lang)
    content, media, name = await _engine(request, engine, "download", work)
    return Response(content, media_type=media,
                    headers={"content-disposition": f'attachment; filename="{name}"'})  # fmt: skip


async def _status(request: Any, engine: Engine) -> Any:
    return engine.status(client_of(request.state.given))


async def _cancel(request: Any, engine: Engine) -> Any:
    engine.cancel(client_of(request.state.given))
    return {"cancelled": True}

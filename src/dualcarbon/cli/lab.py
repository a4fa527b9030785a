"""``dualcarbon lab``: the policy lab in the browser, served on this machine only."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLES = ("dualcarbon lab", "dualcarbon lab --port 9000 --no-browser")
PORT = 8765


def lab(
    port: Annotated[int, typer.Option(metavar="N", help="Port on this machine; 0 for any.")] = PORT,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Open a page whose levers move the markets and whose prices say why."""
    from dualcarbon.cli.console import remark
    from dualcarbon.lab.server import serve

    serve(port, open_page=browser, said=remark)

"""Bytes that find their own way through the readers of files, guided by what code they reach.

``pip install atheris``, then ``python -m tools.fuzz KIND SECONDS``: whatever is read gives a value
or one error. An input that does not is written beside, as libFuzzer does; it belongs into a test.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["dualcarbon", "yaml"]):
    from dualcarbon.common import documents
    from dualcarbon.common.sheets import read_sheet
    from dualcarbon.errors import InputError
    from dualcarbon.scenario.documents import load_scenarios

FOLDER = Path(tempfile.mkdtemp())


def _file(ending: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def tried(content: bytes) -> object:
        path = FOLDER / f"given{ending}"
        path.write_bytes(content)
        return read(path)

    return tried


KINDS: dict[str, Callable[[bytes], object]] = {
    "yaml": _file(".yaml", documents.read_all),
    "json": lambda content: documents.parse_json(content.decode("utf-8", "replace"), "given"),
    "csv": _file(".csv", read_sheet),
    "workbook": _file(".xlsx", read_sheet),
    "scenario": _file(".yaml", lambda path: load_scenarios([path])),
    "change": lambda content: load_scenarios(["teaching"], [content.decode("utf-8", "replace")]),
}
"""Readers by kind."""


def main(kind: str, seconds: str) -> None:
    """Try one reader for some seconds."""
    read = KINDS[kind]

    def one(content: bytes) -> None:
        with contextlib.suppress(InputError), contextlib.redirect_stdout(io.StringIO()):
            read(content)

    options = [sys.argv[0], f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=4096"]
    atheris.Setup(options, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:3])

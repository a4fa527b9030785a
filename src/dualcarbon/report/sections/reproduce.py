"""How to obtain the same figures again: command, versions, data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from dualcarbon import datasets
from dualcarbon.report.page import Badge, Block, Code, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View
from dualcarbon.version import __version__

APART = {
    "command",
    "datasets",
    "footer",
    "scenarios",
    "versions",
    "title",
    "title_en",
    "title_zh",
    "world",
}


def build(view: View) -> Section | None:
    """The command, then all that fixes the result."""
    text = view.text
    blocks: list[Block] = []
    if view.meta.get("command"):
        blocks.append(Code(str(view.meta["command"])))
    rows: list[list[str | Badge]] = [[name, value] for name, value in _facts(view)]
    columns = [Column(text("label.fact")), Column(text("label.value"))]
    blocks.append(Table(text("table.reproduce"), columns, rows))
    return section(view, "reproduce", blocks)


def data_hash() -> str:
    """One sha256 over those of all embedded data files."""
    files = datasets.catalogue().drop_duplicates("file").sort_values("file")
    return hashlib.sha256("".join(files["sha256"]).encode()).hexdigest()


def _facts(view: View) -> list[tuple[str, str]]:
    text, meta = view.text, view.meta
    facts = [
        ("dualcarbon", __version__),
        *((str(n), str(v)) for n, v in dict(meta.get("versions") or {}).items()),
    ]
    facts = list(dict(facts).items())
    if not any("hash" in k or "sha256" in k for k in meta):
        facts.append((text("meta.data_sha256"), data_hash()))
    facts += [(text.name("meta", k), _shown(v)) for k, v in meta.items() if k not in APART]
    return [(name, value) for name, value in facts if value]


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k} = {_shown(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)

"""Load scenarios by name or from files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dualcarbon.scenario.documents import SHIPPED, find, read_chain, shipped_names
from dualcarbon.scenario.model import Scenario


def load_scenario(name_or_path: str | Path, sets: Iterable[str] = ()) -> Scenario:
    """Load a shipped scenario or a YAML file.

    Args:
        name_or_path: a shipped name such as ``link``, or a path to a file.
        sets: changes such as ``carbon.offset_limit=0.1``.

    Raises:
        InputError: unknown name, unreadable file, or anything in it that is wrong.
    """
    path = find(name_or_path)
    where = path.stem if path.parent == SHIPPED else str(name_or_path)
    return Scenario.of(read_chain(path), where).changed(sets)


def shipped_scenarios() -> list[Scenario]:
    """Load every shipped scenario."""
    return [load_scenario(name) for name in shipped_names()]

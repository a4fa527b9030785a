"""Load scenarios by name or from files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dualcarbon.common.documents import read_all
from dualcarbon.errors import InputError
from dualcarbon.scenario.documents import SHIPPED, find, read_chain, shipped_names
from dualcarbon.scenario.model import Scenario, changed


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


def load_scenarios(
    given: Iterable[str | Path | Scenario], sets: Iterable[str] = ()
) -> list[Scenario]:
    """Load the scenarios of one run: names, files, or scenarios; a file may hold several.

    Raises:
        InputError: as :func:`load_scenario`; a name stands twice; there is none.
    """
    found: list[Scenario] = []
    for item in given:
        found += [item] if isinstance(item, Scenario) else _of_file(item)
    names = [scenario.name for scenario in found]
    if not names:
        raise InputError("give at least one scenario", allowed=shipped_names())
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"scenario '{name}' is given twice")
    return changed(found, sets)


def _of_file(name_or_path: str | Path) -> list[Scenario]:
    path = find(name_or_path)
    documents = read_all(path)
    if len(documents) == 1:
        return [load_scenario(name_or_path)]
    return [Scenario.of(d, f"{path}, {d.get('name', 'scenario')}") for d in documents]


def shipped_scenarios() -> list[Scenario]:
    """Load every shipped scenario."""
    return [load_scenario(name) for name in shipped_names()]

"""Scenario files: where they are, how one extends another, and how a scenario is loaded."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dualcarbon.common import documents as yaml_io
from dualcarbon.common.documents import read_all
from dualcarbon.equilibrium import from_base
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.scenario.law import LAW, enacted, laid_over
from dualcarbon.scenario.model import Scenario, changed

SHIPPED = Path(__file__).parent / "shipped"
REFORMS = Path(__file__).parent / "reforms"
SUFFIXES = (".yaml", ".yml")


def shipped_names() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def find(name_or_path: str | Path, folder: Path | None = None) -> Path:
    """Return the file of a scenario: a shipped name, or a path relative to a folder.

    Raises:
        InputError: no such scenario or file.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in shipped_names():
        return SHIPPED / f"{text}.yaml"
    path = Path(text) if folder is None else folder / text
    if path.is_file():
        return path
    if path.suffix in SUFFIXES or len(Path(text).parts) > 1:
        what = "is a folder, not a scenario file" if path.is_dir() else "no such file"
        raise InputError(what, where=str(path))
    raise unknown_name("scenario", text, shipped_names())


def read_chain(path: Path, seen: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a scenario with everything that it extends, parents first.

    Raises:
        InputError: a file is missing or unreadable, or the chain is a circle.
    """
    path = path.resolve()
    if path in seen:
        circle = " -> ".join(p.name for p in (*seen[seen.index(path) :], path))
        raise InputError(f"'extends' goes round in a circle: {circle}", where=str(seen[0]))
    return chained(yaml_io.read(path), path, seen)


def chained(document: Mapping[str, Any], path: Path, seen: tuple[Path, ...] = ()) -> dict[str, Any]:
    """A scenario of a file laid over what it extends; see :func:`read_chain`."""
    parent = document.get("extends")
    if parent is None:
        own = {"name": path.stem, **document}
        return own if LAW not in own else merged({}, own, str(path))
    if not isinstance(parent, str):
        raise InputError(
            "expected the name of a scenario or a file",
            where=f"{path}: extends",
            allowed=shipped_names(),
        )
    try:
        found = find(parent, path.parent)
    except InputError as error:
        raise error.within(f"{path}: extends") from None
    base = read_chain(found, (*seen, path))
    own = {"name": path.stem, "description_en": "", "description_zh": "", **document}
    if asks_base(own.get("instruments")):
        own = {**own, "base": base}
    return merged(base, own, str(path))


def asks_base(instruments: Any) -> bool:
    """Whether a field of the instruments asks for a figure of what they are laid over."""
    fields = instruments.values() if isinstance(instruments, Mapping) else ()
    values = [v for f in fields if isinstance(f, Mapping) for v in f.values()]
    return any(isinstance(value, Mapping) and from_base.MARK in value for value in values)


def merged(
    base: Mapping[str, Any], own: Mapping[str, Any], where: str = "scenario"
) -> dict[str, Any]:
    """Lay one scenario over another, and the law that it names between the two.

    ``system`` merges setting by setting and ``instruments`` field by field; a field's value,
    for instance shares by year, is replaced whole. ``null`` drops an instrument or a setting.
    """
    result = copy.deepcopy(dict(base))
    if own.get(LAW) is not None:
        world = {"world": own["world"]} if "world" in own else {}
        result = enacted({**result, **world}, own[LAW], f"{where}: {LAW}")
    for key, value in own.items():
        if key == LAW:
            continue
        if key == "system" and isinstance(value, Mapping):
            joined = {**(result.get(key) or {}), **value}
            result[key] = {k: v for k, v in joined.items() if v is not None}
        elif key == "instruments" and isinstance(value, Mapping):
            result[key] = laid_over(result.get(key) or {}, value)
        else:
            result[key] = copy.deepcopy(value)
    return result


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
    if not found:
        raise InputError("give at least one scenario", allowed=shipped_names())
    _check_unique(found)
    return _check_unique(changed(found, sets))


def _check_unique(scenarios: list[Scenario]) -> list[Scenario]:
    """Each has a name of its own, also where files are told apart regardless of case."""
    names = [scenario.name.casefold() for scenario in scenarios]
    for scenario, name in zip(scenarios, names, strict=True):
        if names.count(name) > 1:
            raise InputError(f"scenario '{scenario.name}' is given twice")
    return scenarios


def _of_file(name_or_path: str | Path) -> list[Scenario]:
    path = find(name_or_path)
    documents = read_all(path)
    if len(documents) == 1:
        return [load_scenario(name_or_path)]
    found = []
    for number, document in enumerate(documents, start=1):
        name = document.get("name")
        if name is None:
            what = "'name' is missing, which tells it from the other scenarios of the file"
            raise InputError(what, where=f"{path}, scenario {number}")
        where = f"{path}, {name}"
        try:
            whole = chained(document, path.resolve())
        except InputError as error:
            raise error.within(where) from None
        found.append(Scenario.of(whole, where))
    return found

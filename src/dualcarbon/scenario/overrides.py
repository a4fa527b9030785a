"""Changes given on the command line: ``path=value``."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dualcarbon.common import documents as yaml_io
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments import REGISTRY
from dualcarbon.scenario.law import LAW, enacted

TOP = ("name", "title_en", "title_zh", "description_en", "description_zh", "extends", "world", LAW)
SECTIONS = ("system", "instruments", "double_claims")
OPTION = "--set"
REGIONS = ("provinces", "grids")


def parsed(text: str) -> tuple[tuple[str, ...], Any]:
    """Split ``carbon.stringency.2030=0.95`` into its path and its value (YAML).

    A path starts at the top of a scenario; ``instruments.`` and ``system.`` may be left out.

    Raises:
        InputError: there is no ``=``, the path is empty, or the value is not YAML.
    """
    path, sign, value = text.partition("=")
    parts = tuple(part.strip() for part in path.split("."))
    if parts[0] == "extends":
        raise InputError(
            "a scenario cannot be laid over another one here",
            where=f"{OPTION} {path}",
            allowed="'extends' in the scenario's file, or one of --set's other paths",
        )
    if not sign or not all(parts):
        raise InputError(
            f"cannot read '{text}'",
            where=OPTION,
            allowed="path=value, e.g. carbon.offset_limit=0.1",
        )
    return full_path(parts), yaml_io.parse(value, f"{OPTION} {path}")


def full_path(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Complete a path that leaves out ``instruments.`` or ``system.``."""
    if parts[0] in TOP or parts[0] in SECTIONS:
        return parts
    if len(parts) == 1 and parts[0] in _settings():
        return ("system", *parts)
    return ("instruments", *parts)


def _settings() -> set[str]:
    from dualcarbon.scenario.worlds import WORLDS

    return {name for world in WORLDS.values() for name in world.settings.model_fields}


def with_value(
    document: Mapping[str, Any], path: tuple[str, ...], value: Any, where: str = OPTION
) -> dict[str, Any]:
    """Return a copy of a document with one value set; keys of years become numbers.

    A number behind a list is a place in it, from 0 on.

    Raises:
        InputError: the path leads through a value that has no keys.
    """
    result = copy.deepcopy(dict(document))
    at: Any = result
    place = f"{where} {'.'.join(path)}"
    for depth, part in enumerate(path):
        key, last = _key(part), depth == len(path) - 1
        if isinstance(at, list):
            if not isinstance(key, int) or key >= len(at):
                allowed = f"0 to {len(at) - 1}"
                raise InputError(f"'{part}' is no place in the list", where=place, allowed=allowed)
        elif not isinstance(at, dict):
            raise InputError(f"'{'.'.join(path[:depth])}' has no keys of its own", where=place)
        elif at.get(key) is None and not last:
            at[key] = {}
        if last:
            at[key] = value
        else:
            at = at[key]
    return result


def applied(documents: Iterable[Mapping[str, Any]], sets: Iterable[str]) -> list[dict[str, Any]]:
    """Apply changes to the scenarios of a run.

    A change to an instrument touches the scenarios that have it; if none has, all get it. A law
    is laid over each, and changes behind it change it. A field that stands in place of another,
    such as a cap in place of benchmarks, drops that other one unless both are given.
    """
    return laid(documents, [parsed(text) for text in sets])


def laid(
    documents: Iterable[Mapping[str, Any]],
    changes: Iterable[tuple[tuple[str, ...], Any]],
    where: str = OPTION,
) -> list[dict[str, Any]]:
    """Lay changes, each a full path and its value, over the scenarios of a run; see `applied`."""
    result = [dict(document) for document in documents]
    changes = list(changes)
    given = {path for path, _ in changes}
    for path, value in changes:
        if path == (LAW,):
            result = [enacted(document, value, f"{where} {LAW}") for document in result]
            continue
        has = [_has_instrument(document, path) for document in result]
        result = [
            _set(document, path, value, given, where) if here or not any(has) else document
            for document, here in zip(result, has, strict=True)
        ]
    return result


def _set(
    document: Mapping[str, Any],
    path: tuple[str, ...],
    value: Any,
    given: set[tuple[str, ...]],
    where: str = OPTION,
) -> dict[str, Any]:
    """The document with one value set, without the fields that the value stands in place of."""
    result = with_value(document, path, value, where)
    if value is None or len(path) < 3 or path[1] not in REGISTRY:
        return result
    for other in REGISTRY[path[1]].in_place_of.get(path[2], ()):
        if not any(other == p[2] for p in given if p[:2] == path[:2] and len(p) > 2):
            result["instruments"][path[1]].pop(other, None)
    return result


def _has_instrument(document: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    if path[0] != "instruments" or len(path) < 2:
        return True
    instruments = document.get("instruments")
    return isinstance(instruments, Mapping) and instruments.get(path[1]) is not None


def _key(part: str) -> str | int:
    return int(part) if re.fullmatch("[0-9]{1,9}", part) else part


def system_sets(years: Sequence[int] | None, days: int | None, regions: str | None) -> list[str]:
    """Changes of the system settings as ``path=value``.

    Raises:
        InputError: a year is no whole number, or the regions are unknown.
    """
    sets = []
    if years is not None:
        for year in years:
            if not isinstance(year, int) or isinstance(year, bool):
                raise InputError(f"'{year}' is not a year", where="years", allowed="e.g. 2025")
        sets.append(f"system.years={list(years)}")
    if days is not None:
        sets.append(f"system.days={days}")
    if regions is not None:
        if regions not in REGIONS:
            raise unknown_name("value", regions, REGIONS, where="regions")
        sets.append(f"system.regions={regions}")
    return sets

"""What a reader has set: a shipped scenario and changes to it, which fit into an address.

A state comes from a page, so nothing of it is trusted: names are looked up among the shipped
scenarios, paths among the fields, values are plain numbers, words and lists of bounded size.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.scenario.documents import load_scenario, shipped_names
from dualcarbon.scenario.model import Scenario
from dualcarbon.scenario.worlds import WORLDS

NAME = "lab"
TITLES = {"en": "Your settings", "zh": "当前方案"}
MOST_CHANGES, MOST_LETTERS, MOST_TITLE = 80, 2_000, 60
PATH = re.compile(r"[a-z_]+(\.[A-Za-z0-9_]+){0,3}")
SYSTEM = "system"
MOST_OF_SYSTEM = {"days": 8, "segments": 8}
"""Finer time than this is for the command line, not for a page that waits."""
REFUSED = ("name", "extends", "world", "double_claims", "instruments", SYSTEM,
           "title_en", "title_zh", "description_en", "description_zh")  # fmt: skip


@dataclass(frozen=True)
class State:
    """A shipped scenario with changes.

    Attributes:
        base: name of the scenario; changes: value by path, such as ``carbon.offset_limit``.
    """

    base: str
    changes: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, given: Any) -> State:
        """Read a state as a page sends it: ``{"base": ..., "changes": {path: value}}``.

        Raises:
            InputError: it is no such thing, or names what does not exist.
        """
        if not isinstance(given, Mapping) or not isinstance(given.get("changes", {}), Mapping):
            raise InputError("expected a scenario and changes to it", where="state")
        base, changes = given.get("base"), dict(given.get("changes", {}))
        if not isinstance(base, str) or base not in shipped_names():
            raise unknown_name("scenario", str(base)[:MOST_TITLE], shipped_names(), where="base")
        if len(changes) > MOST_CHANGES or len(json.dumps(changes)) > MOST_CHANGES * 100:
            raise InputError(f"more than {MOST_CHANGES} changes", where="changes")
        for path, value in changes.items():
            _check(str(path), value)
        gone = [f"{path}." for path, value in changes.items() if value is None]
        changes = {p: v for p, v in changes.items() if not str(p).startswith(tuple(gone))}
        return cls(base, tuple(sorted((str(p), v) for p, v in changes.items())))

    @property
    def sets(self) -> list[str]:
        """The changes as ``--set`` of the command line takes them."""
        return [f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in self.changes]

    @property
    def digest(self) -> str:
        """Hash of what was set; equal states have equal ones."""
        text = json.dumps([self.base, self.changes], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    def only(self, kept: Callable[[str, Any], bool]) -> State:
        """The state with those changes alone for whose path and value a test holds."""
        return State(self.base, tuple((p, v) for p, v in self.changes if kept(p, v)))

    def scenario(self) -> Scenario:
        """The scenario, validated as one from a file is.

        Raises:
            InputError: a change that cannot be used.
        """
        base = shipped(self.base)
        return base.changed(self.sets) if self.changes else base

    def command(self) -> str:
        """The command that solves the same."""
        sets = " ".join(f"--set {shlex.quote(text)}" for text in self.sets)
        return f"dualcarbon run {self.base} {sets}".strip()

    def python(self) -> str:
        """Lines of Python that solve the same."""
        lines = "".join(f"    {text!r},\n" for text in self.sets)
        sets = f", sets=[\n{lines}]" if lines else ""
        return (
            "import dualcarbon as dc\n\n"
            f"run = dc.run({self.base!r}{sets})\n"
            'print(run.tables["indicators"])\n'
        )

    def yaml(self) -> str:
        """The whole scenario as a file."""
        return self.scenario().to_yaml()


@cache
def shipped(name: str) -> Scenario:
    """A shipped scenario, read once."""
    return load_scenario(name)


def title_of(given: Any, default: str) -> str:
    """A title as a reader gave it, as one short line."""
    words = " ".join(str(given or "").split())[:MOST_TITLE]
    return words or default


def _check(path: str, value: Any) -> None:
    """Refuse a change that no lever makes."""
    first, *rest = path.split(".")
    if not PATH.fullmatch(path) or (first in REFUSED and not (first == SYSTEM and rest)):
        raise InputError(f"'{path[:MOST_TITLE]}' is not a path of a lever", where="changes")
    if len(json.dumps(value)) > MOST_LETTERS:
        raise InputError("too long a value", where=path)
    if first == SYSTEM:
        known = {name for world in WORLDS.values() for name in world.settings.model_fields}
        if rest[0] not in known:
            raise unknown_name("setting", rest[0], known, where="changes")
        most = MOST_OF_SYSTEM.get(rest[0])
        if most is not None and not (isinstance(value, int) and 1 <= value <= most):
            raise InputError(f"{value} is not possible here", where=path, allowed=f"1 to {most}")

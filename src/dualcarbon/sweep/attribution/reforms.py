"""Reforms: patches that are laid over a base scenario, one by one or together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dualcarbon.common import documents as yaml_io
from dualcarbon.errors import InputError, nearest_name
from dualcarbon.scenario.documents import SHIPPED, SUFFIXES, asks_base, find, merged, shipped_names
from dualcarbon.scenario.law import rules
from dualcarbon.scenario.model import Scenario

FOLDER = SHIPPED.parent / "reforms"
PARTS = ("instruments", "double_claims")
KEYS = ("name", "title_en", "title_zh", "description_en", "description_zh", "instruments",
        "double_claims")  # fmt: skip


@dataclass(frozen=True)
class Reform:
    """A change of the rules, as a patch of a scenario.

    Attributes:
        name: short name.
        title_en, title_zh: for people.
        patches: documents with ``instruments`` (fields to change, null to drop one), laid over
            the base one after another.
    """

    name: str
    title_en: str
    title_zh: str
    patches: tuple[Mapping[str, Any], ...]


def reform_names() -> list[str]:
    """Names of the shipped reforms."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_reforms(names: Iterable[str | Path | Reform], base: str) -> tuple[Reform, ...]:
    """Load reforms: shipped ones, shipped scenarios, or files.

    Args:
        names: names, files or reforms. A scenario stands for what it changes on the way from
            ``base`` through its ``extends``.
        base: name of the base scenario.

    Raises:
        InputError: an unknown name or file, a key that a reform cannot have, or one named twice.
    """
    found = tuple(n if isinstance(n, Reform) else load_reform(n, base) for n in names)
    if not found:
        raise InputError("no reform given", where="--reforms", allowed=reform_names())
    seen: set[str] = set()
    for reform in found:
        if reform.name in seen:
            raise InputError(f"reform '{reform.name}' is named twice", where="--reforms")
        seen.add(reform.name)
    return found


def load_reform(name: str | Path, base: str) -> Reform:
    """Load one reform; see :func:`load_reforms`."""
    path = FOLDER / f"{name}.yaml"
    if isinstance(name, Path) or not path.is_file():
        path = _scenario_file(name)
    chain = _chain(path, base)
    for document, place in chain:
        _check(document, place, shipped=place.parent == SHIPPED)
    last = {"name": path.stem, **chain[-1][0]}
    patches = tuple({str(k): d[k] for k in PARTS if k in d} for d, _ in chain)
    title = str(last.get("title_en") or last["name"])
    return Reform(str(last["name"]), title, str(last.get("title_zh") or title), patches)


def law_reforms(law: int, base: Scenario) -> tuple[Reform, ...]:
    """The rules of a law as reforms of a scenario under another: those that change it, by switch.

    Args:
        law: year of the law; base: scenario under the law before.

    Raises:
        InputError: there is no law of that year, or it changes nothing.
    """
    patches: dict[str, list[Mapping[str, Any]]] = {}
    titles: dict[str, tuple[str, str]] = {}
    for rule in rules(law):
        patch = rule.patch(base.instruments)
        if patch:
            patches.setdefault(rule.switch, []).append({"instruments": patch})
            titles[rule.switch] = rule.title
    before = base.package()
    found = tuple(Reform(name, *titles[name], tuple(given)) for name, given in patches.items())
    found = tuple(one for one in found if reformed(base, [one], 1).package() != before)
    if not found:
        raise InputError(f"the law of {law} changes nothing here", where="--rules",
                         allowed="a base under another law, e.g. --set law=2022")  # fmt: skip
    return found


def _scenario_file(name: str | Path) -> Path:
    text = str(name)
    if isinstance(name, str) and Path(text).suffix not in SUFFIXES and text not in shipped_names():
        known = [*reform_names(), *shipped_names()]
        raise InputError(f"unknown reform '{text}'", where="--reforms", allowed=known,
                         nearest=nearest_name(text, known))  # fmt: skip
    return find(name)


def _chain(path: Path, base: str) -> list[tuple[dict[str, Any], Path]]:
    """Documents from below the base up to the file itself."""
    chain: list[tuple[dict[str, Any], Path]] = []
    seen: set[Path] = set()
    while path not in seen:
        seen.add(path)
        document = yaml_io.read(path)
        chain.insert(0, (document, path))
        parent = document.get("extends")
        if not isinstance(parent, str) or parent == base:
            return chain
        path = find(parent, path.parent)
    raise InputError("'extends' goes round in a circle", where=str(path))


def _check(document: Mapping[str, Any], path: Path, *, shipped: bool) -> None:
    if shipped:
        return
    for key in document:
        if key not in (*KEYS, "extends"):
            raise InputError(f"'{key}' is nothing that a reform can change", where=str(path),
                             allowed=KEYS, nearest=nearest_name(str(key), KEYS))  # fmt: skip


def reformed(base: Scenario, reforms: Sequence[Reform], mask: int) -> Scenario:
    """The base scenario with the reforms of a setting, later ones over earlier ones.

    Args:
        base: scenario without reforms, which a reform's ``{from_base: covered_emissions}`` means.
        reforms: all reforms; bit ``i`` of ``mask`` says whether reform ``i`` holds.
        mask: the setting.

    Raises:
        InputError: the reforms contradict each other or the base.
    """
    document: dict[str, Any] = dict(base.document)
    chosen = [reform for i, reform in enumerate(reforms) if mask >> i & 1]
    for reform in chosen:
        for patch in reform.patches:
            document = merged(document, patch)
            if asks_base(patch.get("instruments")):
                document["base"] = dict(base.document)
    where = f"{base.name} with {', '.join(r.name for r in chosen)}" if chosen else base.name
    return Scenario.of(document, where)

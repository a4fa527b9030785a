"""Members of a study: each a point that is solved by itself, kept once it is, and tabled."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.common.whole import whole
from dualcarbon.errors import DualcarbonError, InfeasiblePackage, InputError, unknown_name
from dualcarbon.scenario.model import Scenario
from dualcarbon.scenario.overrides import laid
from dualcarbon.sweep.attribution.table import values_of
from dualcarbon.sweep.kept import fingerprint
from dualcarbon.sweep.points import Answer, Executor, Progress
from dualcarbon.sweep.sampling import EFFECTS, effects, members
from dualcarbon.sweep.sessions import Frozen, Thawed, system_key
from dualcarbon.sweep.study import Study, Value, asked, bases, field, named, unit

POINTS, ENDING = "points", ".json"
SOLVED, INFEASIBLE, FAILED = "solved", "infeasible", "failed"
NOISE = 1e-9  # relative change below which two members are taken to agree

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Member:
    """One scenario with one value for each range.

    Attributes:
        number: of the design, from 1.
        base: the scenario without them, from whose equilibrium it starts.
        scenario: the scenario with them.
        values: of the ranges, in their order.
        key: hash of all that its figures depend on.
    """

    number: int
    base: Scenario
    scenario: Scenario
    values: tuple[Value, ...]
    key: str

    @property
    def label(self) -> str:
        """Its name in progress, log and errors."""
        return f"{self.base.name} {self.number}"

    def answer(self, start: Sequence[Frozen], progress: Progress) -> dict[str, float | None]:
        """Solve it from its base; all indicators by name, those of a year behind it."""
        own = Thawed([frozen for frozen in start if frozen.name == self.base.name])
        found = own.of(self.scenario).solve(self.scenario.package())
        values = values_of(found, self.scenario.system)
        return {str(k): float(v) if math.isfinite(v) else None for k, v in values.items()}


@dataclass(frozen=True)
class Found:
    """What became of a member: ``solved`` with its values, ``infeasible`` or ``failed`` and why."""

    status: str
    values: Mapping[str, float | None]
    reason: str = ""


def members_of(study: Study, where: str) -> list[Member]:
    """Every member of a study, validated.

    Raises:
        InputError: a field that is not there, or a value that it cannot have.
    """
    given = bases(study, where)
    years = sorted({year for scenario in given for year in scenario.years})
    asked(study, years, where)
    names = [scenario.name for scenario in given]
    for expected in study.expect:
        named(expected.indicator, years, f"{where}: expect")
        for name in (expected.scenario, expected.against):
            if name not in names:
                raise unknown_name("scenario", name, names, f"{where}: expect")
    taken = {*columns("sweep"), *columns("sweep_points")}
    for name in study.ranges:
        if name in taken:
            raise InputError(f"'{name}' is a column of the results", where=f"{where}: ranges",
                             allowed="another name")  # fmt: skip
    paths = [
        [field(name, f"{where}: ranges") for name in one.fields or (key,)]
        for key, one in study.ranges.items()
    ]
    try:
        combinations = members(study.design, study.ranges)
    except InputError as error:
        raise error.within(where, ": ") from None
    resolved = [scenario.resolved() for scenario in given]
    starts = [_hash(fingerprint(), document) for document in resolved]
    found = []
    for number, values in enumerate(combinations, start=1):
        shown = ", ".join(f"{k}={v}" for k, v in zip(study.ranges, values, strict=True))
        place = f"{where}: ranges ({shown})"
        drawn = [scenario.document for scenario in given]
        for one, own, value in zip(study.ranges.values(), paths, values, strict=True):
            for path in own:
                if not one.times:
                    drawn = laid(drawn, [(path, value)], place)
                    continue
                drawn = [
                    laid([document], [(path, scaled(before, path, value, place))], place)[0]
                    for document, before in zip(drawn, resolved, strict=True)
                ]
        for base, start, document in zip(given, starts, drawn, strict=True):
            scenario = Scenario.of(document, f"{place}, {base.name}")
            key = _hash(start, scenario.resolved())
            found.append(Member(number, base, scenario, values, key))
    return found


def scaled(document: Mapping[str, Any], path: tuple[str, ...], factor: Any, where: str) -> Any:
    """What stands at a path times a factor; of a list or mapping every number.

    Raises:
        InputError: no number stands there.
    """
    at: Any = document
    for part in path:
        if isinstance(at, Mapping):
            at = at.get(part, at.get(int(part)) if part.isdigit() else None)
        elif isinstance(at, list) and part.isdigit() and int(part) < len(at):
            at = at[int(part)]
        else:
            at = None
    try:
        return _times(at, factor)
    except TypeError:
        what = f"'{'.'.join(path[-2:])}' has no number to multiply"
        raise InputError(what, where=where) from None


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: _times(inner, factor) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_times(inner, factor) for inner in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value * factor


def _hash(*parts: Any) -> str:
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def solve_members(
    asked_for: Sequence[Member],
    folder: Path,
    executor: Callable[[int], Executor],
    progress: Progress,
) -> dict[str, Found]:
    """Solve what is not kept yet, and keep every member at once; what became of each, by key.

    Args:
        asked_for: members; those with one key are solved once.
        folder: where ``points/`` holds a file for each member.
        executor: opens who solves them, given their number.
        progress: told what is done.

    Raises:
        InputError: the folder cannot be written.
    """
    open_ = {member.key: member for member in asked_for}
    found = {key: kept for key in open_ if (kept := _read(folder, key)) is not None}
    todo = [member for key, member in open_.items() if key not in found]
    if found:
        progress(f"{len(found)} of {len(open_)} points are in {folder}")
    if not todo:
        return found
    with executor(len(todo)) as beside:
        beside.begin(todo, _starts(todo, progress))
        for at, answer in beside.finished():
            found[todo[at].key] = _kept(folder, todo[at].key, answer)
            progress(f"{len(found)} of {len(open_)} points")
    return found


def _starts(todo: Sequence[Member], progress: Progress) -> list[Frozen]:
    """Equilibria of the bases on whose system a member plays; one that has none is left out."""
    frozen = []
    used = {m.base.name: m.base for m in todo if system_key(m.base) == system_key(m.scenario)}
    for name, base in used.items():
        progress(f"solve {name}")
        try:
            frozen.append(Frozen.of(base, Thawed().of(base).solve(base.package())))
        except DualcarbonError as error:
            logger.info("members of %s start from nothing: %s", name, error)
    return frozen


def _kept(folder: Path, key: str, answer: Answer | DualcarbonError) -> Found:
    """Keep what became of a member; a process that died may do better another time."""
    if isinstance(answer, DualcarbonError):
        status = INFEASIBLE if isinstance(answer, InfeasiblePackage) else FAILED
        found = Found(status, {}, str(answer))
        if status == FAILED:
            return found
    else:
        found = Found(SOLVED, answer.value)
    text = json.dumps({"status": found.status, "reason": found.reason, "values": found.values})
    path = folder / POINTS / f"{key}{ENDING}"
    try:
        whole(path, partial(_write, text))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    return found


def _write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def _read(folder: Path, key: str) -> Found | None:
    """What a kept file says; None if it is not there or torn."""
    try:
        known = json.loads((folder / POINTS / f"{key}{ENDING}").read_text(encoding="utf-8"))
        return Found(known["status"], known["values"], known["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def tables(
    study: Study, all_members: Sequence[Member], found: Mapping[str, Found], where: str
) -> dict[str, pd.DataFrame]:
    """Tables of a study: ``sweep``, ``sweep_points``, ``sweep_effects`` and ``sweep_signs``."""
    years = {year for member in all_members for year in member.base.years}
    wanted = asked(study, years, where)
    varied = _columns(study, all_members)
    ordered = sorted(range(len(all_members)), key=lambda i: _order(study, all_members, i))
    rows, points = [], []
    for i in ordered:
        member, what = all_members[i], found[all_members[i].key]
        own = {name: values[i] for name, values in varied.items()}
        head = {"scenario": member.base.name, "member": member.number}
        points.append({**head, "status": what.status, "reason": what.reason, **own})
        if what.status != SOLVED:
            continue
        for indicator, year in wanted:
            name = indicator if year is None else f"{indicator}_{year}"
            if name in what.values:
                value = what.values[name]
                more = {"indicator": indicator, "year": year, "unit": unit(indicator)}
                rows.append({**head, **more, "value": value, **own})
    frame = pd.DataFrame(rows) if rows else pd.DataFrame()
    results = conformed("sweep", frame)
    return {
        "sweep": results,
        "sweep_points": conformed("sweep_points", pd.DataFrame(points)),
        "sweep_effects": _effects(study, results, varied, all_members),
        "sweep_signs": _signs(study, all_members, found, sorted(years), where),
    }


def _order(study: Study, every: Sequence[Member], at: int) -> tuple[int, int]:
    names = list(dict.fromkeys(member.base.name for member in every))
    return names.index(every[at].base.name), every[at].number


def _columns(study: Study, every: Sequence[Member]) -> dict[str, list[Any]]:
    """Values by range and member: numbers where all are, words otherwise."""
    varied: dict[str, list[Any]] = {}
    for place, name in enumerate(study.ranges):
        values = [member.values[place] for member in every]
        numbers = [
            float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)
        ]
        varied[name] = numbers if len(numbers) == len(values) else [_word(v) for v in values]
    return varied


def _word(value: Value) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _effects(
    study: Study, results: pd.DataFrame, varied: Mapping[str, list[Any]], every: Sequence[Member]
) -> pd.DataFrame:
    """How every indicator moves with every range, by scenario."""
    names = list(varied)
    first = {member.number: i for i, member in reversed(list(enumerate(every)))}
    numbers = sorted(first)
    inputs = np.column_stack(
        [_numbered([varied[name][first[n]] for n in numbers], study, name) for name in names]
    )
    rows = []
    for (scenario, indicator, year), part in _groups(results):
        values = part.set_index("member")["value"].reindex(numbers).to_numpy(float)
        table = effects(study.design, inputs, values)
        for name, row in zip(names, table.to_dict("records"), strict=True):
            head = {"scenario": scenario, "indicator": indicator, "year": year}
            rows.append({**head, "unit": unit(indicator), "field": name,
                         "members": int(np.isfinite(values).sum()), **row})  # fmt: skip
    assert not rows or set(EFFECTS) <= set(rows[0])
    return conformed("sweep_effects", pd.DataFrame(rows))


def _groups(results: pd.DataFrame) -> Iterator[tuple[tuple[str, str, Any], pd.DataFrame]]:
    keys = ["scenario", "indicator", "year"]
    for (scenario, indicator, year), part in results.groupby(keys, sort=False, dropna=False):
        yield (str(scenario), str(indicator), None if pd.isna(year) else int(year)), part


def _numbered(values: list[Any], study: Study, name: str) -> np.ndarray:
    """Values of a range as numbers; of words the place in its list."""
    if all(isinstance(value, float) for value in values):
        return np.array(values)
    order = [_word(value) for value in study.ranges[name].values]
    return np.array([float(order.index(value)) for value in values])


def _signs(
    study: Study, every: Sequence[Member], found: Mapping[str, Found], years: list[int], where: str
) -> pd.DataFrame:
    """Share of the members in which an indicator has the expected sign."""
    rows = []
    for expected in study.expect:
        indicator, year = named(expected.indicator, years, f"{where}: expect")[-1]
        name = indicator if year is None else f"{indicator}_{year}"
        new, old = (
            _by_number(every, found, s, name) for s in (expected.scenario, expected.against)
        )
        both = [number for number in new if number in old]
        change = pd.Series([new[n] - old[n] for n in both], dtype=float)
        size = pd.Series([abs(old[n]) for n in both], dtype=float)
        signed = change if expected.sign == "higher" else -change
        share = float((signed > NOISE * size).mean()) if both else float("nan")
        rows.append({"scenario": expected.scenario, "against": expected.against,
                     "indicator": indicator, "year": year, "unit": unit(indicator),
                     "sign": expected.sign, "members": len(both), "share": share,
                     "low": change.min(), "median": change.median(), "high": change.max(),
                     "source": expected.source})  # fmt: skip
    return conformed("sweep_signs", pd.DataFrame(rows))


def _by_number(
    every: Sequence[Member], found: Mapping[str, Found], scenario: str, name: str
) -> dict[int, float]:
    """Values of an indicator by member of a scenario, where it has one."""
    values = {m.number: found[m.key].values.get(name) for m in every if m.base.name == scenario}
    return {number: value for number, value in values.items() if value is not None}

"""Rules of the ledger: unit classes, exclusions as slots, uses, exact rates and conversions.

Each rule is a row with dates, status and legal basis. A rule that has run out keeps its effect
until a successor is entered; a conversion out of its dates is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.detours import find_detour
from dualcarbon.errors import unknown_name
from dualcarbon.ledger.errors import RuleError
from dualcarbon.ledger.kinds import WHOLE, day

EXCLUSIVE, LEVELS, INADMISSIBLE, NOTE = "exclusive", "levels", "inadmissible", "note"
IN_FORCE, NOT_YET, RUN_OUT = "in force", "not yet", "run out"
SCENARIO = "scenario"


@dataclass(frozen=True)
class Unit:
    """A class of units.

    Attributes:
        code: such as ``GEC``; kind: key of :data:`KINDS`, empty for units of other countries.
        base: base units in one unit.
        life: ``months:N`` from the month of generation, ``until:Y:D`` for vintages up to ``Y``.
        grade: of the row.
    """

    code: str
    kind: str
    name_en: str
    name_zh: str
    unit: str
    base: int
    life: str
    status: str
    legal_basis: str
    grade: str

    def due(self, first_month: tuple[int, int], vintage: int) -> str:
        """The last day on which a unit can be used; empty where it does not run out.

        Args:
            first_month: year and month of generation.
            vintage: year of the unit.
        """
        last = ""
        for rule in filter(None, self.life.split(";")):
            name, first, *rest = rule.split(":")
            if name == "until" and vintage <= int(first):
                return rest[0]
            if name == "months":
                months = first_month[0] * 12 + first_month[1] - 1 + int(first)
                last = (date(months // 12, months % 12 + 1, 1) - pd.Timedelta(days=1)).isoformat()
        return last


@dataclass(frozen=True)
class Exclusion:
    """Two claims on the same evidence, and whether both may stand.

    Attributes:
        effect: ``exclusive`` (both take the slots), ``levels`` (both stand, on two levels),
            ``inadmissible`` (the second is never open) or ``note``.
        opened: ``scenario`` where a ledger of a scenario may open the pair.
        after: what holds once ``valid_to`` has passed.
    """

    id: str
    first: str
    second: str
    kind: str
    effect: str
    slots: tuple[str, ...]
    opened: str
    valid_from: str
    valid_to: str
    after: str
    source: str
    grade: str

    def status(self, at: date) -> str:
        """Whether its dates cover a day; one that has run out keeps its effect."""
        return _status(self.valid_from, self.valid_to, at)


@dataclass(frozen=True)
class Use:
    """What a unit or its evidence can be used for.

    Attributes:
        when: the verb that takes the slots.
        level: whose claim it is: owner, issuer, user or province.
        slots: what a claim takes on its evidence.
    """

    use: str
    kind: str
    when: str
    level: str
    slots: tuple[str, ...]
    exclusions: tuple[str, ...]
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True)
class ConversionRule:
    """Units of one kind burned, units of another minted, at an exact rate.

    Attributes:
        rate: units of the target per unit of the source, before discount and buffer.
        discount: share that is not minted at all; buffer: share of the rest kept against reversal.
        limit: largest share of the obligation that may be met so, if any.
        status: ``scenario``, ``draft``, ``pilot`` or ``in force``.
    """

    id: str
    version: str
    from_kind: str
    to_kind: str
    rate: Fraction
    discount: Fraction = Fraction(0)
    buffer: Fraction = Fraction(0)
    limit: Fraction | None = None
    additionality: str = ""
    status: str = SCENARIO
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """Rule and version, as an event names it."""
        return f"{self.id}@{self.version}"

    def share(self, part: str) -> Fraction:
        """Base units of the target per base unit of the source, for ``holder`` or ``buffer``."""
        rate = self.rate * WHOLE[self.to_kind] / WHOLE[self.from_kind] * (1 - self.discount)
        return rate * (self.buffer if part == "buffer" else 1 - self.buffer)

    def check(self, at: date) -> None:
        """Check that the rule holds on a day.

        Raises:
            RuleError: it does not yet, or no longer.
        """
        status = _status(self.valid_from, self.valid_to, at)
        if status != IN_FORCE:
            raise RuleError(
                f"rule '{self.name}' is {status} on {at.isoformat()}",
                allowed=f"{self.valid_from or 'any day'} to {self.valid_to or 'any day'}",
            )


@dataclass(frozen=True)
class Rules:
    """All rules that a ledger knows.

    Attributes:
        at: day for which they were asked.
        opened: exclusions that a scenario has opened, by id.
    """

    at: date
    units: Mapping[str, Unit]
    exclusions: Mapping[str, Exclusion]
    uses: Mapping[str, Use]
    conversions: Mapping[str, ConversionRule]
    opened: frozenset[str] = field(default=frozenset())

    def unit(self, kind: str, code: str | None = None) -> Unit:
        """The unit class of a kind, by its code where one is given."""
        if code is not None and code in self.units and not self.units[code].kind:
            return self.units[code]
        return next(u for u in self.units.values() if u.kind == kind)

    def use(self, name: str, *, when: str | None = None) -> Use:
        """A use by name.

        Raises:
            RuleError: there is none, or it is not open to this verb.
        """
        known = [u.use for u in self.uses.values() if when is None or u.when == when]
        if name not in known:
            wrong = unknown_name("use", name, known)
            raise RuleError(wrong.what, allowed=wrong.allowed, nearest=wrong.nearest)
        return self.uses[name]

    def slots(self, use: Use) -> tuple[str, ...]:
        """The slots that a claim takes; one that a scenario opened is its own, and is audited."""
        freed = {s for x in self.opened for s in self.exclusions[x].slots}
        return tuple(f"{s}#{use.use}" if s in freed else s for s in use.slots)

    def conversion(self, name: str) -> ConversionRule:
        """A conversion by id, or by id and version, that holds on the day asked for.

        Raises:
            RuleError: there is none, or it does not hold on that day.
        """
        ids = {rule.id: rule for rule in self.conversions.values()}
        found = self.conversions.get(name) or ids.get(name)
        if found is None:
            wrong = unknown_name("conversion rule", name, self.conversions)
            raise RuleError(wrong.what, allowed=wrong.allowed, nearest=wrong.nearest)
        found.check(self.at)
        return found

    def tables(self) -> dict[str, pd.DataFrame]:
        """The embedded tables, with the state of each exclusion on the day."""
        found = {name: datasets.load(f"ledger_{name}") for name in TABLES}
        states = [self.exclusions[x].status(self.at) for x in found["exclusions"]["id"]]
        found["exclusions"] = found["exclusions"].assign(state=states)
        return found


TABLES = ("units", "exclusions", "uses", "rates", "conversions")


def rules(at: date | str | None = None, opened: Collection[str] = ()) -> Rules:
    """The embedded rules as they stand on a day.

    Args:
        at: day; today by default.
        opened: exclusions that a scenario opens, by id.

    Raises:
        RuleError: a conversion beats another path, or a pair cannot be opened.
    """
    on = date.today() if at is None else day(at)
    found = Rules(on, _units(), _exclusions(), _uses(), _conversions(), frozenset(opened))
    for name in opened:
        if name not in found.exclusions:
            wrong = unknown_name("exclusion", name, found.exclusions, where="opened")
            raise RuleError(wrong.what, where="opened", allowed=wrong.allowed)
        if found.exclusions[name].opened != SCENARIO:
            may = [x.id for x in found.exclusions.values() if x.opened == SCENARIO]
            raise RuleError(f"exclusion '{name}' cannot be opened", where="opened", allowed=may)
    return found


@cache
def rate(name: str) -> Fraction:
    """An exact rate by its id in the table ``ledger_rates``, in the units of that row.

    Raises:
        RuleError: there is none.
    """
    table = datasets.load("ledger_rates").set_index("id")
    if name not in table.index:
        wrong = unknown_name("rate", name, list(table.index))
        raise RuleError(wrong.what, allowed=wrong.allowed, nearest=wrong.nearest)
    return Fraction(int(table.loc[name, "numerator"]), int(table.loc[name, "denominator"]))


def check_paths(conversions: Iterable[ConversionRule]) -> None:
    """Check that no chain of conversions makes more than the direct one, in exact fractions.

    Raises:
        RuleError: naming the path, its gain, and the largest rate that would be allowed.
    """
    best: dict[tuple[str, str], ConversionRule] = {}
    for rule in conversions:
        ends = rule.from_kind, rule.to_kind
        if ends not in best or rule.rate > best[ends].rate:
            best[ends] = rule
    rates = {ends: rule.rate for ends, rule in best.items()}
    detour = find_detour(rates)
    if detour is None:
        return
    last = max(detour.steps(), key=lambda ends: list(rates).index(ends))
    largest = detour.largest(last, rates)
    beside = f"directly {detour.direct}" if not detour.rival else " to ".join(detour.rival)
    raise RuleError(
        f"{' to '.join(detour.path)} makes {detour.product}, "
        f"{float(detour.gain):.1%} more than {beside}",
        where=f"conversions.{best[last].name}",
        allowed=f"at most {largest} ({float(largest):.6g}) from {last[0]} to {last[1]}",
    )


def _status(first: str, last: str, at: date) -> str:
    if first and at < date.fromisoformat(first):
        return NOT_YET
    if last and at > date.fromisoformat(last):
        return RUN_OUT
    return IN_FORCE


def _rows(name: str) -> list[dict[str, Any]]:
    found = datasets.load(f"ledger_{name}").astype(object).fillna("").to_dict("records")
    return [{str(key): str(value) for key, value in row.items()} for row in found]


@cache
def _units() -> dict[str, Unit]:
    kept = ("code", "kind", "name_en", "name_zh", "unit", "life", "status", "legal_basis", "grade")
    rows = _rows("units")
    return {r["code"]: Unit(base=int(r["base_per_unit"]), **{k: r[k] for k in kept}) for r in rows}


@cache
def _exclusions() -> dict[str, Exclusion]:
    kept = ("id", "first", "second", "kind", "effect", "opened", "valid_from", "valid_to", "after",
            "source", "grade")  # fmt: skip
    return {
        r["id"]: Exclusion(slots=_listed(r["slot"]), **{k: r[k] for k in kept})
        for r in _rows("exclusions")
    }


@cache
def _uses() -> dict[str, Use]:
    kept = ("use", "kind", "when", "level", "name_en", "name_zh")
    return {
        r["use"]: Use(
            slots=_listed(r["slots"]),
            exclusions=_listed(r["exclusions"]),
            **{k: r[k] for k in kept},
        )
        for r in _rows("uses")
    }


@cache
def _conversions() -> dict[str, ConversionRule]:
    found = {}
    for row in _rows("conversions"):
        shares: dict[str, Any] = {k: Fraction(row.pop(k)) for k in ("discount", "buffer")}
        limit = row.pop("limit")
        rule = ConversionRule(
            rate=rate(row.pop("rate")), limit=Fraction(limit) if limit else None, **shares, **row
        )
        found[rule.name] = rule
    check_paths(found.values())
    return found


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)

"""The data-quality-control plan: what is measured, how, by whom; gaps go against the reporter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from dualcarbon.common import documents
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.formulas import conservative
from dualcarbon.mrv.guides import items
from dualcarbon.mrv.quantities import Datum, Period

MONTHS = range(1, 13)
FREQUENCIES = ("monthly", "yearly")


@dataclass(frozen=True)
class Measured:
    """How a plan has a parameter measured.

    Attributes:
        installation, item, parameter: what; how: method and instrument; frequency: ``monthly`` or
            ``yearly``; who: answers for it; missing: what is done where it is missing.
    """

    installation: str
    item: str
    parameter: str
    how: str
    frequency: str
    who: str
    missing: str = "conservative"


@dataclass(frozen=True)
class Plan:
    """A data-quality-control plan.

    Attributes:
        plant: whose; version: 1 and on; in_force: first day; parameters: what is measured; changes:
            what this version changes, with the reason.
    """

    plant: str
    version: int
    in_force: date
    parameters: tuple[Measured, ...]
    changes: str = ""

    def revised(self, parameters: Sequence[Measured], in_force: date, changes: str) -> Plan:
        """The next version.

        Raises:
            InputError: no reason is given, or it begins before this one.
        """
        if not changes.strip():
            raise InputError("a change of the plan needs its reason", where="changes")
        if in_force <= self.in_force:
            raise InputError(f"{in_force} is not after {self.in_force}", where="in_force")
        return Plan(self.plant, self.version + 1, in_force, tuple(parameters), changes)


TOP = ("plant", "version", "in_force", "parameters", "changes")


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML: plant, version, in_force, changes, and a list of parameters.

    Raises:
        InputError: the file cannot be used, naming the key.
    """
    given = documents.read(path)
    for key in given:
        if key not in TOP:
            raise unknown_name("key", key, TOP, where=str(path))
    for key in ("plant", "in_force", "parameters"):
        if key not in given:
            raise InputError(f"'{key}' is missing", where=str(path))
    fields = tuple(Measured.__dataclass_fields__)
    found = []
    entries = given["parameters"]
    for position, entry in enumerate(entries if isinstance(entries, list) else [None]):
        where = f"{path}, parameters[{position}]"
        if not isinstance(entry, dict):
            raise InputError("expected a mapping", where=where, allowed=fields)
        for key in entry:
            if key not in fields:
                raise unknown_name("key", key, fields, where=where)
        for key in fields[:-1]:
            if key not in entry:
                raise InputError(f"'{key}' is missing", where=where)
        found.append(Measured(**{key: str(value) for key, value in entry.items()}))
    try:
        begin = date.fromisoformat(str(given["in_force"]))
        version = int(given.get("version", 1))
    except (TypeError, ValueError) as error:
        raise InputError(f"version or day: {error}", where=str(path)) from None
    plan = Plan(str(given["plant"]), version, begin, tuple(found), str(given.get("changes", "")))
    return checked_plan(plan)


def checked_plan(plan: Plan) -> Plan:
    """The plan, if its items, parameters and frequencies are known and none stands twice.

    Raises:
        InputError: one is not.
    """
    seen = set()
    for one in plan.parameters:
        if one.item not in items():
            raise unknown_name("item", one.item, items(), where="plan")
        known = items()[one.item].parameters
        if one.parameter not in known:
            raise unknown_name(f"parameter of {one.item}", one.parameter, known, where="plan")
        if one.frequency not in FREQUENCIES:
            raise unknown_name("frequency", one.frequency, FREQUENCIES, where=f"plan, {one.item}")
        key = (one.installation, one.item, one.parameter)
        if key in seen:
            raise InputError(f"{one.parameter} of {one.item} stands twice", where="plan")
        seen.add(key)
    return plan


def fill_gaps(
    data: Sequence[Datum], plan: Plan, year: int
) -> tuple[tuple[Datum, ...], tuple[Datum, ...]]:
    """Data with each month that the plan asks for, and what was put in.

    A missing amount takes the highest of the months there are where it emits, the lowest where it
    is a product; shares and factors likewise. A missing carbon or heat value is left to the
    default of the guide, which says itself what it costs.

    Args:
        data: of one plant; plan: in force before the data; year: of the report.

    Raises:
        InputError: the plan is of another plant or begins after the data, or no month was measured.
    """
    checked_plan(plan)
    for one in data:
        if one.plant != plan.plant:
            raise InputError(
                f"the plan is of {plan.plant}, the data of {one.plant}", where=one.place or None
            )
    begin = min((d.period.start for d in data), default=date(year, 1, 1))
    if plan.in_force > begin:
        raise InputError(
            f"the plan begins on {plan.in_force}, after data of {begin}",
            where="in_force",
            allowed="a plan in force before its data",
        )
    series: dict[tuple[str, str, str], dict[int, Datum]] = defaultdict(dict)
    for one in data:
        if one.period.month:
            series[one.installation, one.item, one.parameter][one.period.month] = one
    added: list[Datum] = []
    for asked in plan.parameters:
        if asked.frequency != "monthly" or asked.parameter != "amount":
            continue
        months = series.get((asked.installation, asked.item, asked.parameter), {})
        if not months:
            raise InputError(
                f"no month of {asked.item} was measured", where=f"plan, {asked.installation}"
            )
        value: Fraction = conservative(items()[asked.item].role, [d.value for d in months.values()])
        like = next(iter(months.values()))
        added += [
            Datum(
                plan.plant,
                asked.installation,
                Period(year, month),
                asked.item,
                asked.parameter,
                value,
                like.unit,
                "estimated",
                like.layer,
                "",
                "",
                f"plan {plan.version}",
            )
            for month in MONTHS
            if month not in months
        ]
    return (*data, *added), tuple(added)

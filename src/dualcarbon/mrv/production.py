"""Emissions of plants by China's enterprise guides, from what they wrote down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.guides import KINDS, Guide, guide_for, items
from dualcarbon.mrv.guides import guide as guide_of
from dualcarbon.mrv.lines import Given, clinker_line, lines_of
from dualcarbon.mrv.quantities import LAYERS, TIERS, Datum, Period
from dualcarbon.mrv.report import Line, Report

ZERO = Fraction(0)
MONTHLY = ("carbon_as_received", "carbon_air_dried", "carbon_dry", "heat_value", "carbon_per_heat")
Place = tuple[str, str, Period, str]


def calculate(
    data: Iterable[Datum], guide: Guide | str | None = None, *, sector: str = "power"
) -> Report:
    """The report of one plant and one year: ``E = sum FC C OF 44/12 + process``.

    Args:
        data: figures of one plant and one year.
        guide: edition or its key, such as ``cn-power-2022``; the one in force for the period by
            default; sector: where it is left out.

    Raises:
        InputError: no data, several plants or years, a period outside the guide, a parameter that
            cannot be used, an amount that is missing, a figure that stands twice.
    """
    rows = tuple(data)
    if not rows:
        raise InputError("no data", where="plant")
    for name, found in (
        ("plant", {d.plant for d in rows}),
        ("year", {d.period.year for d in rows}),
    ):
        if len(found) > 1:
            listed = ", ".join(map(str, sorted(found)))
            raise InputError(f"a report is of one {name}, not of {listed}", where=name)
    year = rows[0].period.year
    if isinstance(guide, str):
        guide = guide_of(guide)
    used = guide or guide_for(sector, min(d.period for d in rows))
    for one in rows:
        _demand_known(one, used)
    lines: list[Line] = []
    outputs: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    grouped = _grouped(rows)
    for (layer, installation, period, name), own in grouped.items():
        if "amount" not in own:
            if any(
                k[:2] == (layer, installation) and k[3] == name and "amount" in v
                for k, v in grouped.items()
            ):
                continue  # of the whole year, for its months
            raise InputError(f"amount of {name} is missing in {period}", where=_where(own))
        item = items()[name]
        given = Given(
            used,
            item,
            period,
            _where(own),
            _with_year(grouped, (layer, installation, period, name), used),
        )
        if item.role == "production" or item.kind == "product":
            outputs[installation, name] += own["amount"].value
        if item.kind == "clinker":
            dust = [
                _amount(grouped, (layer, installation, period, d))
                for d in ("kiln_dust", "bypass_dust")
            ]
            lines.append(clinker_line(given, installation, layer, sum(dust, ZERO)))
        elif item.kind == "dust":
            if (layer, installation, period, "clinker") not in grouped:
                raise InputError(f"{name} without clinker in {period}", where=_where(own))
        else:
            lines += lines_of(given, installation, layer)
    return Report(rows[0].plant, year, used, tuple(lines), dict(outputs), rows)


def _demand_known(one: Datum, used: Guide) -> None:
    """Refuse a figure outside the guide's periods or items, below zero, or in another unit."""
    where = one.place or None
    used.demand(one.period, where)
    found = items().get(one.item)
    if found is None or found.kind not in KINDS[used.sector]:
        known = [key for key, item in items().items() if item.kind in KINDS[used.sector]]
        what = f"{one.item} has no place in guide {used.key}"
        raise InputError(what, where=where, allowed=known)
    units = found.parameters
    if one.parameter not in units:
        raise unknown_name(f"parameter of {one.item}", one.parameter, units, where=where)
    if one.unit != units[one.parameter]:
        what = f"{one.parameter} of {one.item} is in '{one.unit}'"
        raise InputError(what, where=where, allowed=units[one.parameter])
    if one.value < 0:
        what = f"{one.parameter} of {one.item} of {float(one.value):g} is below zero"
        raise InputError(what, where=where, allowed="at least 0")
    if one.tier not in TIERS:
        raise unknown_name("tier", one.tier, TIERS, where=where)


def _grouped(rows: Sequence[Datum]) -> dict[Place, dict[str, Datum]]:
    found: dict[Place, dict[str, Datum]] = defaultdict(dict)
    for one in rows:
        if one.layer not in LAYERS:
            raise unknown_name("layer", one.layer, LAYERS, where=one.place or None)
        own = found[one.layer, one.installation, one.period, one.item]
        if one.parameter in own:
            raise InputError(
                f"{one.parameter} of {one.item} stands twice in {one.period}",
                where=one.place or None,
            )
        own[one.parameter] = one
    _demand_one_period(found)
    return found


def _demand_one_period(found: Mapping[Place, Mapping[str, Datum]]) -> None:
    """Refuse an amount of the year beside amounts of its months: it would count twice."""
    for (layer, installation, period, name), own in found.items():
        if period.month and "amount" in own:
            whole = found.get((layer, installation, period.whole, name), {})
            if "amount" in whole:
                raise InputError(
                    f"amount of {name} is given for {period} and for {period.whole}",
                    where=_where(own),
                    allowed="months or the year",
                )


def _with_year(
    found: Mapping[Place, Mapping[str, Datum]], at: Place, guide: Guide
) -> dict[str, Datum]:
    """What holds in a period: its own figures, and those given for the whole year."""
    layer, installation, period, name = at
    of_year = found.get((layer, installation, period.whole, name), {}) if period.month else {}
    for parameter in MONTHLY:
        if guide.sector == "power" and items()[name].kind == "coal" and parameter in of_year:
            raise InputError(
                f"{parameter} of {name} is given for {period.whole}, amounts by month",
                where=_where(of_year),
                allowed="measured by month",
            )
    own = {k: v for k, v in of_year.items() if k != "amount"} | dict(found[at])
    return own


def _amount(found: Mapping[Place, Mapping[str, Datum]], at: Place) -> Fraction:
    own = found.get(at, {})
    return own["amount"].value if "amount" in own else ZERO


def _where(own: Mapping[str, Datum]) -> str:
    return next((d.place for d in own.values() if d.place), "")

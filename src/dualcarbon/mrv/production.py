"""Emissions of plants by China's enterprise guides, from what they wrote down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv import formulas
from dualcarbon.mrv.electricity import Reporting, embedded_factor
from dualcarbon.mrv.guides import DRAFT, FUELS, Guide, Item, default, guide_for, items
from dualcarbon.mrv.quantities import LAYERS, Datum, Period, rounded, worst
from dualcarbon.mrv.report import INDIRECT, Line, Report, Used

ZERO, ONE = Fraction(0), Fraction(1)
COMPOSITION = ("cao", "cao_nc", "mgo", "mgo_nc")
MONTHLY = ("carbon_as_received", "carbon_air_dried", "carbon_dry", "heat_value", "carbon_per_heat")
DECIMALS = {"carbon_as_received": 4, "heat_value": 3, "carbon_per_heat": 5}
"""Decimals of the form."""
Place = tuple[str, str, Period, str]


@dataclass(frozen=True)
class Given:
    """What was written down of an item in a period, and what the guide has for the rest."""

    guide: Guide
    item: Item
    period: Period
    place: str
    own: Mapping[str, Datum]

    def has(self, *names: str) -> bool:
        """Whether all of these were written down."""
        return all(name in self.own for name in names)

    def __call__(self, name: str) -> Used:
        """A parameter: as written down, or by default.

        Raises:
            InputError: neither.
        """
        if name in self.own:
            found = self.own[name]
            return Used(name, found.value, found.unit, found.tier, found.document or found.place)
        stated = default(self.guide, self.item.key, name, self.period.start)
        if stated is None:
            raise InputError(
                f"{name} of {self.item.key} is missing, and guide {self.guide.key} has no default",
                where=self.place,
            )
        return Used(name, stated.value, stated.unit, "default", stated.source)

    def knows(self, name: str) -> bool:
        """Whether a parameter was written down or has a default."""
        return (
            self.has(name)
            or default(self.guide, self.item.key, name, self.period.start) is not None
        )


def calculate(
    data: Iterable[Datum], guide: Guide | None = None, *, sector: str = "power"
) -> Report:
    """The report of one plant and one year: ``E = sum FC C OF 44/12 + process``.

    Args:
        data: figures of one plant and one year.
        guide: edition; the one in force for the period by default; sector: where it is left out.

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
    used = guide or guide_for(sector, min(d.period for d in rows))
    for one in rows:
        used.demand(one.period, one.place or None)
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
            lines.append(_clinker(given, installation, layer, sum(dust, ZERO)))
        elif item.kind == "dust":
            if (layer, installation, period, "clinker") not in grouped:
                raise InputError(f"{name} without clinker in {period}", where=_where(own))
        else:
            lines += _lines(given, installation, layer)
    return Report(rows[0].plant, year, used, tuple(lines), dict(outputs), rows)


def _lines(given: Given, installation: str, layer: str) -> list[Line]:
    kind = given.item.kind
    if kind in FUELS:
        return [_fuel(given, installation, layer)]
    if kind in ("carbon_in", "carbon_out"):
        return [_material(given, installation, layer)]
    if kind == "aluminium":
        return _aluminium(given, installation, layer)
    if kind == "bought" and given.guide.status != DRAFT:
        return [_bought(given, installation)]
    return []


def _fuel(given: Given, installation: str, layer: str) -> Line:
    if given.has("emission_factor"):
        return _material(given, installation, layer)
    amount, (carbon, form, used) = given("amount"), _carbon(given)
    oxidation = given("oxidation")
    biogenic = given("biogenic_share").value if given.has("biogenic_share") else ZERO
    values = (amount.value, oxidation.value, biogenic)
    exact, on_form = (formulas.combustion(values[0], c, *values[1:]) for c in (carbon, form))
    tier = worst(amount.tier, *(u.tier for u in used))
    scale = oxidation.value * formulas.CO2_PER_C * (1 - biogenic)
    return Line(
        installation,
        layer,
        given.period,
        given.item.key,
        "combustion",
        amount.value,
        given.item.unit,
        exact,
        on_form,
        tier,
        (amount, *used, oxidation),
        carbon,
        scale,
    )


def _carbon(given: Given) -> tuple[Fraction, Fraction, tuple[Used, ...]]:
    """Carbon per unit, exactly and with the decimals of the form, and what it was made of."""
    if given.has("carbon_as_received"):
        names: tuple[str, ...] = ("carbon_as_received",)
        carbon = given("carbon_as_received").value
    elif given.has("carbon_air_dried"):
        names = ("carbon_air_dried", "moisture_received", "moisture_air_dried")
        carbon = formulas.carbon_from_air_dried(*(given(n).value for n in names))
    elif given.has("carbon_dry"):
        names = ("carbon_dry", "moisture_received")
        carbon = formulas.carbon_from_dry(*(given(n).value for n in names))
    else:
        names = ("heat_value", "carbon_per_heat")
        heat, per_heat = (given(n).value for n in names)
        form = rounded(heat, DECIMALS["heat_value"]) * rounded(
            per_heat, DECIMALS["carbon_per_heat"]
        )
        return heat * per_heat, form, tuple(given(n) for n in names)
    form = rounded(carbon, DECIMALS["carbon_as_received"])
    return carbon, form, tuple(given(n) for n in names)


def _material(given: Given, installation: str, layer: str) -> Line:
    """Carbon that comes in with a material, or leaves with a product."""
    amount = given("amount")
    if given.has("carbon") and not given.has("emission_factor"):
        used: tuple[Used, ...] = (given("carbon"),)
        factor = used[0].value * formulas.CO2_PER_C
    elif not given.knows("emission_factor") or (
        given.has("heat_value") and not given.has("emission_factor")
    ):
        used = (given("heat_value"), given("carbon_per_heat"))
        factor = used[0].value * used[1].value * formulas.CO2_PER_C
    else:
        used = (given("emission_factor"),)
        factor = used[0].value
    sign = -1 if given.item.kind == "carbon_out" else 1
    tco2 = sign * amount.value * factor
    tier = worst(amount.tier, *(u.tier for u in used))
    process = "combustion" if given.item.kind in FUELS else "carbon balance"
    return Line(
        installation,
        layer,
        given.period,
        given.item.key,
        process,
        amount.value,
        given.item.unit,
        tco2,
        tco2,
        tier,
        (amount, *used),
        factor / formulas.CO2_PER_C,
        sign * formulas.CO2_PER_C,
    )


def _clinker(given: Given, installation: str, layer: str, dust: Fraction) -> Line:
    amount = given("amount")
    if any(given.has(name) for name in COMPOSITION):
        used = tuple(given(name) for name in COMPOSITION)
        tco2 = formulas.clinker_process(amount.value, dust, *(u.value for u in used))
    else:
        used = (given("process_factor"),)
        tco2 = (amount.value + dust) * used[0].value
    tier = worst(amount.tier, *(u.tier for u in used))
    return Line(
        installation,
        layer,
        given.period,
        "clinker",
        "process",
        amount.value,
        "t",
        tco2,
        tco2,
        tier,
        (amount, *used),
    )


def _aluminium(given: Given, installation: str, layer: str) -> list[Line]:
    amount = given("amount")
    anode = tuple(given(n) for n in ("anode_use", "anode_sulphur", "anode_ash"))
    gases, cf4, c2f6 = _gases(given)
    gwp = (given("gwp_cf4").value, given("gwp_c2f6").value)
    found = (
        ("anode", formulas.anode(amount.value, *(u.value for u in anode)), anode),
        ("PFC", formulas.perfluorocarbons(amount.value, cf4, c2f6, gwp), gases),
    )
    return [
        Line(
            installation,
            layer,
            given.period,
            "aluminium",
            process,
            amount.value,
            "t",
            tco2,
            tco2,
            worst(amount.tier, *(u.tier for u in used)),
            (amount, *used),
        )
        for process, tco2, used in found
    ]


def _gases(given: Given) -> tuple[tuple[Used, ...], Fraction, Fraction]:
    """CF4 and C2F6 in kg/tAl: measured, by anode effects (``CF4 = slope AE``), or by default."""
    if given.has("anode_effect_minutes") and not given.has("cf4"):
        minutes = given("anode_effect_minutes")
        cf4 = minutes.value * given("cf4_slope").value
        return (minutes,), cf4, cf4 * given("c2f6_per_cf4").value
    used = given("cf4"), given("c2f6")
    return used, used[0].value, used[1].value


def _bought(given: Given, installation: str) -> Line:
    """Bought power and heat: reported, no part of the obligation."""
    amount = given("amount")
    if given.item.key == "electricity_bought":
        factor = embedded_factor(Reporting)
        used = Used("emission_factor", factor.value, "tCO2/MWh", "default", factor.source)
    else:
        used = given("emission_factor")
    tco2 = amount.value * used.value
    return Line(
        installation,
        INDIRECT,
        given.period,
        given.item.key,
        "bought",
        amount.value,
        given.item.unit,
        tco2,
        tco2,
        amount.tier,
        (amount, used),
    )


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

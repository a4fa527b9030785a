"""Emissions of an item in a period, from what was written down and what the guide adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dualcarbon.errors import InputError
from dualcarbon.mrv import formulas
from dualcarbon.mrv.electricity import Reporting, embedded_factor
from dualcarbon.mrv.guides import DRAFT, FUELS, Guide, Item, default
from dualcarbon.mrv.quantities import Datum, Period, rounded, worst
from dualcarbon.mrv.report import INDIRECT, Line, Used

ZERO = Fraction(0)
COMPOSITION = ("cao", "cao_nc", "mgo", "mgo_nc")
DECIMALS = {"carbon_as_received": 4, "heat_value": 3, "carbon_per_heat": 5}
"""Decimals of the form."""


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


def lines_of(given: Given, installation: str, layer: str) -> list[Line]:
    """Lines of an item that stands for itself; none for a product without carbon."""
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


def clinker_line(given: Given, installation: str, layer: str, dust: Fraction) -> Line:
    """Calcination of clinker and of the dust that was discarded with it, t."""
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

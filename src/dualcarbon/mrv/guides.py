"""Accounting guides by edition, the items they know, and the parameters in force at a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.quantities import Period

SECTORS = ("power", "cement", "aluminium", "steel")
IN_FORCE, DRAFT = "in force", "draft"
FUELS = ("coal", "oil", "gas", "waste")
COMMON = (*FUELS, "product", "bought")
KINDS: Mapping[str, tuple[str, ...]] = {
    "power": COMMON,
    "cement": (*COMMON, "clinker", "dust"),
    "aluminium": (*COMMON, "aluminium"),
    "steel": (*COMMON, "carbon_in", "carbon_out"),
}
"""Kinds of items that the guides of a sector know."""
MOISTURES = {"moisture_received": "1", "moisture_air_dried": "1"}
CARBON = ("carbon_as_received", "carbon_air_dried", "carbon_dry")
STOCK = ("stock_opening", "bought", "stock_closing")


@dataclass(frozen=True)
class Guide:
    """An edition of a guide.

    Attributes:
        key: such as ``cn-power-2022``; sector: of :data:`SECTORS`; title_en, title_zh, code: names.
        status: ``in force``, ``superseded`` or ``draft``; in_force: day, empty for a draft.
        covers_from, covers_to: periods whose reports follow it; the last one is open if None.
        source, grade: where this is from.
    """

    key: str
    sector: str
    title_en: str
    title_zh: str
    code: str
    status: str
    in_force: str
    covers_from: date
    covers_to: date | None
    source: str
    grade: str

    def covers(self, period: Period) -> bool:
        """Whether reports of a period follow it."""
        last = self.covers_to or date.max
        return self.covers_from <= period.start <= last

    def demand(self, period: Period, where: str | None = None) -> None:
        """Refuse a period outside.

        Raises:
            InputError: it is outside; names the guide that covers it.
        """
        if not self.covers(period):
            right = [g.key for g in guides() if g.sector == self.sector and g.covers(period)]
            span = f"{self.covers_from} to {self.covers_to or 'further notice'}"
            near = f"; it is covered by {', '.join(right)}" if right else ""
            what = f"{period} is outside guide {self.key}{near}"
            raise InputError(what, where=where, allowed=span)


@dataclass(frozen=True)
class Item:
    """What a plant reports.

    Attributes:
        key, name_en, name_zh: names; kind: family of fuel, or kind of material or product.
        unit: of its amount; role: ``emission`` or ``production``, which says what is conservative.
    """

    key: str
    kind: str
    unit: str
    name_en: str
    name_zh: str
    role: str

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """What can be said of it, with units."""
        carbon = f"tC/{self.unit}"
        of_heat = {"heat_value": f"GJ/{self.unit}", "carbon_per_heat": "tC/GJ"}
        more: Mapping[str, Mapping[str, str]] = {
            "carbon_in": {"carbon": carbon, "emission_factor": f"tCO2/{self.unit}", **of_heat},
            "clinker": {**dict.fromkeys(("cao", "cao_nc", "mgo", "mgo_nc"), "1"),
                        "process_factor": "tCO2/t"},
            "aluminium": {"anode_use": "tC/tAl", "anode_sulphur": "1", "anode_ash": "1",
                          "cf4": "kg/tAl", "c2f6": "kg/tAl",
                          "anode_effect_minutes": "min/cell-day"},
            "product": {"load_factor": "1"},
        }  # fmt: skip
        kind = "carbon_in" if self.kind == "carbon_out" else self.kind
        found = {"amount": self.unit, **more.get(kind, {})}
        if self.kind in FUELS:
            found |= {**dict.fromkeys(CARBON, carbon), **MOISTURES, **of_heat,
                      "oxidation": "1", "biogenic_share": "1",
                      "emission_factor": f"tCO2/{self.unit}"}  # fmt: skip
        if self.kind in (*FUELS, "carbon_in"):
            found |= dict.fromkeys(STOCK, self.unit)
        return found


@dataclass(frozen=True)
class Default:
    """A figure of a guide that stands in for a measured one.

    Attributes:
        value: in ``unit``; rule: when it is used; source, grade: where it is from.
    """

    value: Fraction
    unit: str
    rule: str
    source: str
    grade: str


@cache
def guides() -> tuple[Guide, ...]:
    """All guides."""
    rows = datasets.load("mrv_guides").to_dict("records")
    return tuple(
        Guide(
            key=row["guide"],
            covers_from=date.fromisoformat(row["covers_from"]),
            covers_to=date.fromisoformat(row["covers_to"]) if row["covers_to"] else None,
            **{k: str(row[k]) for k in Guide.__dataclass_fields__
               if k not in ("key", "covers_from", "covers_to")},
        )
        for row in rows
    )  # fmt: skip


def guide(key: str, where: str | None = "guide") -> Guide:
    """A guide by its key.

    Raises:
        InputError: there is none.
    """
    found = {g.key: g for g in guides()}
    if key not in found:
        raise unknown_name("guide", key, found, where=where)
    return found[key]


def guide_for(sector: str, period: Period) -> Guide:
    """The guide, no draft, by which a sector reports a period.

    Raises:
        InputError: no such sector, or no guide covers the period.
    """
    if sector not in SECTORS:
        raise unknown_name("sector", sector, SECTORS, where="sector")
    of_sector = [g for g in guides() if g.sector == sector and g.status != DRAFT]
    found = next((g for g in of_sector if g.covers(period)), None)
    if found is None:
        first = min(g.covers_from for g in of_sector)
        raise InputError(
            f"no guide of {sector} covers {period}", where="period", allowed=f"from {first}"
        )
    return found


@cache
def items() -> Mapping[str, Item]:
    """All items by key."""
    rows = datasets.load("mrv_items").to_dict("records")
    names = list(Item.__dataclass_fields__)[1:]
    return {r["item"]: Item(r["item"], **{n: str(r[n]) for n in names}) for r in rows}


def default(used: Guide, item: str, parameter: str, at: date) -> Default | None:
    """The default of a guide for an item, or its family, at a date; None where there is none.

    Raises:
        InputError: the guide has one whose value was never published.
    """
    family = items()[item].kind if item in items() else item
    for key, sector, name in _order(used, item, family):
        for valid_from, valid_to, found, known in _parameters().get(
            (key, sector, name, parameter), ()
        ):
            if not valid_from <= at <= valid_to:
                continue
            if not known:
                raise InputError(
                    f"the {parameter} of {item} in guide {used.key} was never published "
                    f"({found.rule}); give a value of your own",
                    where=parameter,
                )
            return found
    return None


def _order(used: Guide, item: str, family: str) -> tuple[tuple[str, str, str], ...]:
    names = (item, family) if family in FUELS else (item,)
    own = tuple((used.key, used.sector, name) for name in names)
    return (*own, *(("", used.sector, name) for name in names), ("", "all", item))


Row = tuple[date, date, Default, bool]


@cache
def _parameters() -> Mapping[tuple[str, str, str, str], tuple[Row, ...]]:
    found: dict[tuple[str, str, str, str], tuple[Row, ...]] = {}
    for row in datasets.load("mrv_parameters").to_dict("records"):
        known = row["value"] == row["value"]
        value = Fraction(repr(float(row["value"]))) if known else Fraction(0)
        stated = Default(value, row["unit"], row["rule"], row["source"], row["grade"])
        last = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
        key = (row["guide"], row["sector"], row["item"], row["parameter"])
        one = (date.fromisoformat(row["valid_from"]), last, stated, known)
        found[key] = (*found.get(key, ()), one)
    return found

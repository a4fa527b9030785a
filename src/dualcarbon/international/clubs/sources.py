"""Worlds to play in: C-DICE, a world of 2023, RICE-2013, or a user's YAML with its terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import Field, field_validator

from dualcarbon import datasets
from dualcarbon.common.documents import dump, read
from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.clubs.game import of_names
from dualcarbon.international.clubs.world import Income, NotNegative, Policy, Region, Share, World
from dualcarbon.international.rice import rice, simulate

CDICE = "cdice"
CDICE_SCALE = 0.837
"""Factor by which C-DICE multiplies the abatement cost taken from McKinsey."""


@cache
def cdice() -> World:
    """The 15 regions of C-DICE (Nordhaus 2015), bn USD of 2011."""
    table = datasets.load("cdice_regions")
    imports = datasets.load("cdice_imports")
    names = list(table["region"])
    regions = {
        r.region: Region(
            gdp_bn=r.gdp_bn_usd,
            co2_mt=r.co2_mt,
            abatement=CDICE_SCALE * r.abatement_share,
            tariff_gain=r.tariff_gain,
            tariff_deadweight=r.tariff_deadweight,
            population_m=r.population_m,
            income=r.income,
            name_en=r.name_en,
            name_zh=r.name_zh,
        )
        for r in table.itertuples()
    }
    trade = imports.set_index("exporter").loc[names, names].to_numpy(dtype=float)
    return World(
        regions=regions,
        imports_bn=tuple(tuple(float(v) for v in line) for line in trade),
        source="Nordhaus (2015), AER 105(4): C-DICE",
        year="2011",
        grade="C",
    )


TO_CO2 = 12.0 / 44.0
WARMING = 2.0  # degC at which damages are compared


@cache
def rice2013() -> World:
    """The twelve regions of RICE in 2015, without trade: clubs with a tariff need your own.

    Abatement cost ``p_b sigma / theta`` of GDP with exponent theta; shares of damage at 2 degC.
    """
    p = rice(3)
    run, year = simulate(p), 1
    table = datasets.load("rice_regions").set_index("region")
    gdp = run.output[year]
    harm = gdp * (p.damage_linear * WARMING + p.damage_quadratic * WARMING**2)
    full = p.backstop[year] * p.intensity[year] / p.abatement_exponent
    regions = {
        name: Region(
            gdp_bn=float(1000 * gdp[i]),
            co2_mt=float(1000 * run.emissions[year, i] / TO_CO2),
            abatement=float(full[i]),
            exponent=float(p.abatement_exponent[i]),
            damage_share=float(harm[i] / harm.sum()),
            population_m=float(p.people[year, i]),
            income=cast(Income, table["income"][name]),
            name_en=str(table["name_en"][name]),
            name_zh=str(table["name_zh"][name]),
        )
        for i, name in enumerate(p.names)
    }
    return World(regions=regions, source="RICE-2013, base case", year="2015 (2005 USD)", grade="C")


DICE_EXPONENT = 2.6


@cache
def world_2023(curve: str = "cdice") -> World:
    """The 20 regions of 2023, bn USD of 2023 at market prices.

    Args:
        curve: cost of abatement: ``cdice`` (the price at full abatement of the region's parent in
            C-DICE, exponent 2) or ``dice2023`` (one backstop for all regions, exponent 2.6). The
            second is 2 to 6.4 times the first at full abatement.

    Raises:
        InputError: an unknown curve.
    """
    if curve not in ("cdice", "dice2023"):
        raise unknown_name("curve", curve, ("cdice", "dice2023"), where="curve")
    table = datasets.load("club_regions_2023")
    names = list(table["region"])
    trade = datasets.load("club_imports_2023").set_index("exporter").loc[names, names].copy()
    regions = {
        r.region: Region(
            gdp_bn=r.gdp_bn_usd,
            co2_mt=r.co2_mt,
            abatement=getattr(r, f"abatement_{curve}"),
            exponent=2.0 if curve == "cdice" else DICE_EXPONENT,
            tariff_gain=r.tariff_gain,
            tariff_deadweight=r.tariff_deadweight,
            population_m=r.population_m,
            income=r.income,
            name_en=r.name_en,
            name_zh=r.name_zh,
        )
        for r in table.itertuples()
    }
    rows = tuple(tuple(0.0 if i == j else float(v) for j, v in enumerate(line))
                 for i, line in enumerate(trade.to_numpy(float)))  # fmt: skip
    cost = "C-DICE" if curve == "cdice" else "DICE-2023"
    source = f"WDI, Global Carbon Budget 2025, CEPII BACI; cost of abatement of {cost}"
    return World(regions=regions, imports_bn=rows, source=source, year="2023", grade="C")


WORLDS: dict[str, Callable[[], World]] = {
    CDICE: cdice,
    "world2023": world_2023,
    "world2023_dice": lambda: world_2023("dice2023"),
    "rice2013": rice2013,
}


def world_named(name: str, where: str = "data") -> World:
    """An embedded world by its name.

    Raises:
        InputError: no such world.
    """
    if name not in WORLDS:
        raise unknown_name("world", name, WORLDS, where=where)
    return WORLDS[name]()


Trade = dict[str, dict[str, NotNegative]] | list[list[float]]
TERMS = ("price", "scc", "tariff", "settings", "prices", "prices_outside", "cap")


class Case(Record):
    """Contents of a file.

    Attributes:
        data: embedded world to start from; ignored where ``regions`` are given.
        regions: own regions by name.
        overrides: fields of single regions of the embedded world, by region; all others stay.
        imports_bn: own trade, bn USD a year: a matrix, rows exporters and columns importers, or a
            mapping from exporter to importer to value, the rest zero.
        rule: one rule or several; price, scc, tariff, settings, prices, prices_outside, cap: see
            :class:`~dualcarbon.international.clubs.world.Policy`.
        coalition: regions to examine; the equilibrium by default.
        source, year, grade: of the user's own figures.
    """

    data: str = CDICE
    regions: dict[str, Region] | None = Field(default=None, min_length=2)
    overrides: dict[str, dict[str, Any]] = Field(default_factory=dict)
    imports_bn: Trade | None = None
    rule: tuple[str, ...] = ("uniform_tariff",)
    price: NotNegative = 25.0
    scc: NotNegative | None = None
    tariff: Share = 0.0
    settings: dict[str, dict[str, float]] = Field(default_factory=dict)
    prices: dict[str, NotNegative] = Field(default_factory=dict)
    prices_outside: dict[str, NotNegative] = Field(default_factory=dict)
    cap: bool = False
    coalition: tuple[str, ...] | None = None
    source: str = "given by the user"
    year: str = ""
    grade: str = "D"

    @field_validator("rule", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("year", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    def world(self) -> World:
        """The world of the case.

        Raises:
            InputError: an unknown world, an unknown region in the trade table, a trade matrix that
                does not fit the regions.
        """
        if self.regions is not None and self.overrides:
            raise InputError("give whole regions or overrides, not both", where="overrides")
        if self.regions is None:
            if self.imports_bn is not None:
                raise InputError("trade without regions", where="imports_bn",
                                 allowed="together with 'regions'")  # fmt: skip
            return overridden(world_named(self.data), self.overrides)
        values = {
            "regions": self.regions,
            "imports_bn": _matrix(self.imports_bn, tuple(self.regions)),
            "source": self.source,
            "year": self.year,
            "grade": self.grade,
        }
        return World.model_validate(values)

    def policy(self) -> Policy:
        """The club's terms."""
        return Policy(rules=self.rule, **{name: getattr(self, name) for name in TERMS})


def overridden(world: World, changes: Mapping[str, Mapping[str, Any]]) -> World:
    """A world with some fields of some regions changed; the source says so.

    Raises:
        InputError: no such region or field, or a figure out of its range.
    """
    if not changes:
        return world
    regions = dict(world.regions)
    for name, fields in changes.items():
        world.index(name, where="overrides")
        for field in fields:
            if field not in Region.model_fields:
                raise unknown_name("field", field, Region.model_fields, where=f"overrides.{name}")
        try:
            regions[name] = Region(**{**regions[name].model_dump(), **fields})
        except InputError as error:
            raise error.within(f"overrides.{name}", ".") from None
    source = f"{world.source}; changed by the user: {', '.join(changes)}"
    return World(
        regions=regions, imports_bn=world.imports_bn, source=source, year=world.year, grade="D"
    )


def template(world: World, policy: Policy | None = None) -> str:
    """A case as YAML, with every figure of a world: to be changed and given back as a file."""
    terms = policy or Policy()
    trade = {
        exporter: {
            importer: value
            for importer, value in zip(world.names, line, strict=True)
            if value and importer != exporter
        }
        for exporter, line in zip(world.names, world.imports_bn, strict=False)
    }
    plain = {name: region.model_dump(exclude_none=True) for name, region in world.regions.items()}
    case: dict[str, Any] = {
        "source": world.source,
        "year": world.year,
        "grade": world.grade,
        "price": terms.price,
        "tariff": terms.tariff,
        "rule": list(terms.rules),
        "regions": plain,
        "imports_bn": trade,
    }
    return dump(case)


def load_case(path: str | Path) -> Case:
    """Read a case from a YAML file.

    Raises:
        InputError: the file is missing or not YAML, or a field is wrong; names the file and key.
    """
    document = read(Path(path))
    try:
        return Case.model_validate(document)
    except InputError as error:
        raise error.within(str(path), ": ") from None


def coalition_of(names: tuple[str, ...], world: World, where: str = "coalition") -> int:
    """Number of the coalition of the regions named.

    Raises:
        InputError: an unknown region, or one named twice.
    """
    for position, name in enumerate(names):
        world.index(name, where)
        if name in names[:position]:
            raise InputError(f"region '{name}' stands twice", where=where)
    return of_names(names, world.names)


def _matrix(trade: Trade | None, names: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    """Trade as rows of exporters and columns of importers."""
    if trade is None:
        return ()
    if isinstance(trade, list):
        return tuple(tuple(line) for line in trade)
    for exporter, line in trade.items():
        for name, where in [(exporter, "imports_bn")] + [
            (importer, f"imports_bn.{exporter}") for importer in line
        ]:
            if name not in names:
                raise unknown_name("region", name, names, where=where)
    return tuple(
        tuple(trade.get(exporter, {}).get(importer, 0.0) for importer in names)
        for exporter in names
    )

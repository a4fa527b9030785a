"""What a club game is given: the regions, and the terms of the club.

Units of the whole package: money in bn USD a year, prices in USD/t CO2, emissions in Mt, rates as
shares; arrays are ordered as :attr:`World.names`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name

Array = NDArray[np.float64]
Income = Literal["high", "middle", "low"]


class Region(Record):
    """One region.

    Attributes:
        gdp_bn: gross domestic product, bn USD a year.
        co2_mt: emissions without any policy, Mt a year.
        abatement: share of GDP that full abatement costs.
        exponent: power of the abatement cost; 2 makes marginal cost linear.
        damage_share: the region's part of the world's damages; by default its part of GDP.
        tariff_gain: terms-of-trade gain per unit of tariff and of imports.
        tariff_deadweight: loss per squared tariff and unit of imports.
        population_m: people, million; needed by rules that count heads.
        income: group in graduated price floors and in rules for developing regions.
        intensity: carbon in exports, t per 1000 USD; by default emissions over GDP.
        name_en: name in English; name_zh: name in Chinese.
    """

    gdp_bn: float = Field(gt=0)
    co2_mt: float = Field(gt=0)
    abatement: float = Field(gt=0)
    exponent: float = Field(default=2.0, gt=1)
    damage_share: float | None = Field(default=None, ge=0, le=1)
    tariff_gain: float = Field(default=0.0, ge=0)
    tariff_deadweight: float = Field(default=0.0, ge=0)
    population_m: float | None = Field(default=None, gt=0)
    income: Income = "middle"
    intensity: float | None = Field(default=None, ge=0)
    name_en: str = ""
    name_zh: str = ""


class World(Record):
    """Regions and what they import from one another.

    Attributes:
        regions: regions by name.
        imports_bn: rows exporters, columns importers, in the order of ``regions``; bn USD a year.
        source: where the figures come from; year: year of the money; grade: quality A to D.
    """

    regions: dict[str, Region] = Field(min_length=2)
    imports_bn: tuple[tuple[float, ...], ...] = ()
    source: str = "given by the user"
    year: str = ""
    grade: Literal["A", "B", "C", "D"] = "D"

    @model_validator(mode="after")
    def _trade_fits(self) -> Self:
        n, rows = len(self.regions), self.imports_bn
        if not rows:
            return self
        if len(rows) != n or any(len(row) != n for row in rows):
            shape = f"{len(rows)} rows of {sorted({len(row) for row in rows})} columns"
            raise ValueError(f"imports_bn must be square, {n} x {n} for {n} regions, not {shape}")
        if min(min(row) for row in rows) < 0:
            raise ValueError("imports_bn must not be negative")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the regions in the order of all arrays."""
        return tuple(self.regions)

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.regions)

    @cached_property
    def gdp(self) -> Array:
        """GDP, bn USD."""
        return np.array([r.gdp_bn for r in self.regions.values()])

    @cached_property
    def co2(self) -> Array:
        """Emissions, Mt."""
        return np.array([r.co2_mt for r in self.regions.values()])

    @cached_property
    def abatement(self) -> Array:
        """Cost of full abatement, share of GDP."""
        return np.array([r.abatement for r in self.regions.values()])

    @cached_property
    def exponent(self) -> Array:
        """Power of the abatement cost."""
        return np.array([r.exponent for r in self.regions.values()])

    @cached_property
    def damage_share(self) -> Array:
        """Part of the world's damages; those not given share what is left in proportion to GDP."""
        given = np.array([np.nan if r.damage_share is None else r.damage_share
                          for r in self.regions.values()])  # fmt: skip
        open_ = np.isnan(given)
        if not open_.any():
            return given
        rest = max(1.0 - float(np.nansum(given)), 0.0)
        return np.where(open_, rest * self.gdp / self.gdp[open_].sum(), given)

    @cached_property
    def tariff_gain(self) -> Array:
        """Terms-of-trade gain per unit of tariff and of imports."""
        return np.array([r.tariff_gain for r in self.regions.values()])

    @cached_property
    def tariff_deadweight(self) -> Array:
        """Loss per squared tariff and unit of imports."""
        return np.array([r.tariff_deadweight for r in self.regions.values()])

    @cached_property
    def imports(self) -> Array:
        """Imports without the diagonal, rows exporters, columns importers, bn USD."""
        n = self.size
        trade = np.array(self.imports_bn) if self.imports_bn else np.zeros((n, n))
        return np.where(np.eye(n, dtype=bool), 0.0, trade)

    @cached_property
    def intensity(self) -> Array:
        """Carbon in exports, t per 1000 USD."""
        given = [r.intensity for r in self.regions.values()]
        economy = self.co2 / self.gdp
        return np.array([e if g is None else g for g, e in zip(given, economy, strict=True)])

    @cached_property
    def income(self) -> NDArray[np.str_]:
        """Income group."""
        return np.array([r.income for r in self.regions.values()])

    @cached_property
    def people(self) -> Array:
        """Population, million.

        Raises:
            InputError: a region has none.
        """
        for name, region in self.regions.items():
            if region.population_m is None:
                raise InputError("this rule counts heads", where=f"regions.{name}.population_m",
                                 allowed="a positive number of million people")  # fmt: skip
        return np.array([r.population_m for r in self.regions.values()], dtype=float)

    def index(self, name: str, where: str | None = None) -> int:
        """Position of a region.

        Raises:
            InputError: no such region; names the nearest one.
        """
        if name not in self.regions:
            raise unknown_name("region", name, self.names, where=where)
        return self.names.index(name)


NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
DEFAULT_RULE = "uniform_tariff"


class Policy(Record):
    """A club's terms.

    Attributes:
        price: carbon price that members keep, USD/t; a region's own price where that is higher.
        scc: social cost of carbon of the world, USD/t; the club's price by default, as in C-DICE.
        tariff: rate on imports from outside, share of value; rules may replace it.
        rules: names of rules, applied together; see :mod:`dualcarbon.international.clubs.rules`.
        settings: settings of rules by rule and name.
        prices: prices of single regions inside the club, USD/t; they replace the club's.
        prices_outside: prices that single regions keep outside, USD/t, e.g. from a scenario at
            home; their own price where that is higher.
        cap: whether no region can abate more than all it emits.
    """

    price: NotNegative = 25.0
    scc: NotNegative | None = None
    tariff: Share = 0.0
    rules: tuple[str, ...] = (DEFAULT_RULE,)
    settings: dict[str, dict[str, float]] = Field(default_factory=dict)
    prices: dict[str, NotNegative] = Field(default_factory=dict)
    prices_outside: dict[str, NotNegative] = Field(default_factory=dict)
    cap: bool = False

    @property
    def social_cost(self) -> float:
        """Social cost of carbon, USD/t."""
        return self.price if self.scc is None else self.scc

"""A company in five markets: what it owes, what it holds, what things cost, what it could save."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from dualcarbon.common import documents
from dualcarbon.common.records import Record
from dualcarbon.compliance.holdings import Holding, plain
from dualcarbon.errors import InputError, unknown_name

MARKETS = ("carbon", "green", "white", "energy_use", "electricity")


class Carbon(Record):
    """Emissions of the year; credits up to a share of them."""

    emissions_t: float = Field(ge=0)


class Green(Record):
    """Share of electricity that must be green, and what of it is met already.

    Attributes:
        electricity_mwh: used; weight: share asked; green_power_mwh: consumed as green power with
            its certificates retired; assessed: whether the share binds, or is monitored only.
    """

    electricity_mwh: float = Field(ge=0)
    weight: float = Field(ge=0, le=1)
    green_power_mwh: float = Field(default=0.0, ge=0)
    assessed: bool = True


class White(Record):
    """Savings owed. There is no national scheme; what is owed is an assumption of the user."""

    owed_tce: float = Field(ge=0)


class EnergyUse(Record):
    """Energy used under a local quota."""

    use_tce: float = Field(ge=0)


class Electricity(Record):
    """Electricity used and bought by contract."""

    load_mwh: float = Field(ge=0)
    contracted_mwh: float = Field(default=0.0, ge=0)


class Prices(Record):
    """Prices, CNY per unit; a kind without a price is not traded.

    Attributes:
        allowance, ccer, green, white, energy_use, power: to buy; allowance_sell, energy_use_sell:
            to sell; bank_value: of an allowance kept; ccer_available: t on offer.
    """

    allowance: float | None = Field(default=None, ge=0)
    allowance_sell: float | None = Field(default=None, ge=0)
    bank_value: float = Field(default=0.0, ge=0)
    ccer: float | None = Field(default=None, ge=0)
    ccer_available: float | None = Field(default=None, ge=0)
    green: float | None = Field(default=None, ge=0)
    white: float | None = Field(default=None, ge=0)
    energy_use: float | None = Field(default=None, ge=0)
    energy_use_sell: float | None = Field(default=None, ge=0)
    power: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _no_free_lunch(self) -> Prices:
        for name in ("allowance", "energy_use"):
            buy, sell = getattr(self, name), getattr(self, f"{name}_sell")
            if buy is not None and sell is not None and sell > buy:
                raise ValueError(f"{name}_sell of {sell:g} is above {name} of {buy:g}")
        if self.allowance is not None and self.bank_value > self.allowance:
            raise ValueError(
                f"bank_value of {self.bank_value:g} is above allowance of {self.allowance:g}"
            )
        return self


class Measure(Record):
    """Something that saves.

    Attributes:
        name; cost_cny: per unit of it, above what it earns in energy not bought; most: units.
        tco2, tce, mwh: saved per unit: direct emissions, energy, electricity.
    """

    name: str = Field(min_length=1)
    cost_cny: float
    most: float = Field(ge=0)
    tco2: float = Field(default=0.0, ge=0)
    tce: float = Field(default=0.0, ge=0)
    mwh: float = Field(default=0.0, ge=0)


class Company(Record):
    """A company and a year of emissions.

    Attributes:
        name, province, sector; year: of the emissions; at: day of the position, the last day of
            surrender by default; carbon, green, white, energy_use, electricity: the markets it is
            in; holdings, prices, measures.
    """

    name: str = Field(min_length=1)
    year: int = Field(ge=2021, le=2100)
    at: date | None = None
    province: str = ""
    sector: str = ""
    carbon: Carbon | None = None
    green: Green | None = None
    white: White | None = None
    energy_use: EnergyUse | None = None
    electricity: Electricity | None = None
    holdings: tuple[Holding, ...] = ()
    prices: Prices = Prices()
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="after")
    def _of_its_markets(self) -> Company:
        if all(getattr(self, market) is None for market in MARKETS):
            raise ValueError(f"is in no market; give one of {', '.join(MARKETS)}")
        names = [m.name for m in self.measures]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"measure '{name}' stands twice")
        return self

    @property
    def day(self) -> date:
        """Day of the position."""
        return self.at or date(self.year + 1, 12, 31)

    def changed(self, path: str, value: Any) -> Company:
        """The company with one value changed, such as ``prices.ccer``.

        Raises:
            InputError: no such key, or a value that it may not take.
        """
        document = self.model_dump(mode="json")
        place: Any = document
        *parents, last = path.split(".")
        for part in parents:
            place = _step(place, part, path)
        if isinstance(place, dict) and last not in place:
            raise unknown_name("key", last, place, where=path)
        if not isinstance(place, dict):
            raise InputError(f"'{path}' is no value", where="--set")
        place[last] = value
        return Company.model_validate(document)


def _step(place: Any, part: str, path: str) -> Any:
    if isinstance(place, list) and part.isdigit() and int(part) < len(place):
        return place[int(part)]
    if isinstance(place, list):
        named = {str(entry.get("name", "")): entry for entry in place}
        if part in named:
            return named[part]
        raise unknown_name("entry", part, named, where=path)
    if not isinstance(place, dict) or place.get(part) is None:
        names = [k for k, v in place.items() if v is not None] if isinstance(place, dict) else []
        raise unknown_name("key", part, names, where=path)
    return place[part]


@dataclass(frozen=True)
class Need:
    """What is owed in a market, before anything is saved.

    Attributes:
        market, unit; owed: quantity; met: by green power or contracts; binds: whether it must be
            met or is monitored only.
    """

    market: str
    unit: str
    owed: Fraction
    met: Fraction = Fraction(0)
    binds: bool = True


def needs(company: Company) -> dict[str, Need]:
    """What a company owes, by market it is in."""
    found: dict[str, Need] = {}
    if company.carbon:
        found["carbon"] = Need("carbon", "t CO2", plain(company.carbon.emissions_t))
    if company.green:
        owed = plain(company.green.electricity_mwh) * plain(company.green.weight)
        met = plain(company.green.green_power_mwh)
        found["green"] = Need("green", "MWh", owed, met, company.green.assessed)
    if company.white:
        found["white"] = Need("white", "tce", plain(company.white.owed_tce))
    if company.energy_use:
        found["energy_use"] = Need("energy_use", "tce", plain(company.energy_use.use_tce))
    if company.electricity:
        owed, met = (
            plain(v) for v in (company.electricity.load_mwh, company.electricity.contracted_mwh)
        )
        found["electricity"] = Need("electricity", "MWh", owed, met)
    return found


def read_company(path: Path) -> Company:
    """Read a company from YAML.

    Raises:
        InputError: the file cannot be used, naming the key.
    """
    try:
        return Company.model_validate(documents.read(path))
    except InputError as error:
        raise error if str(path) in str(error) else error.within(str(path)) from None

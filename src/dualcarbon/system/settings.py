"""Settings of the physical system of China's provinces."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from dualcarbon.common.records import Record

FIRST_YEAR, LAST_YEAR = 2025, 2060
BACKCAST_YEAR = 2024
KNOWN_YEARS = (2024, 2025)
"""Years whose fleet is observed: nothing is built in them."""
OF_OBSERVED = (("outlook", "central", "frozen"), ("commitment", True, False), ("heat", True, False))
"""Settings of the observed base: name, as it has them, as that of 2024 has them."""
MWH_PER_TCE = 29.3076 / 3.6
CALORIFIC, GENERATION_EQUIVALENT = 0.1229, 0.3
TCE_PER_MWH = {"calorific": CALORIFIC, "generation_equivalent": GENERATION_EQUIVALENT}
"""GB/T 2589: heat value of electricity; coal that generation took about 2023-24."""


class ChinaSettings(Record):
    """What the power system and the energy users of a scenario look like.

    Attributes:
        base: ``2024``: fleet of the end of 2024, building from 2025 on, five kinds of coal plant;
            ``observed``: known years have their own fleet, coal plants stand by class, are on line
            by the day, heat or follow a factory, lines and plants under construction come,
            sectors move. A backcast is always of the second.
        years: milestone years; each stands for the years up to the next one.
        days: typical days per year; 365 with ``segments`` 24 is the full year.
        segments: slices of unequal length per typical day.
        regions: 31 ``provinces`` or 7 ``grids``.
        discount_rate: social discount rate of the objective, real.
        wacc: cost of capital of new plants, real.
        coal_price_factor, gas_price_factor: on the fuel prices of 2024.
        demand_factor: on the projected demand of every year.
        build_pace: factor on the national build limits.
        efficiency_hurdle: least cost of an abatement step, CNY/t; steps that the literature
            puts below it face barriers that their cost figures leave out.
        users: ``all`` energy users, or ``none``: then no sector can be covered or obliged.
        outlook: activity of the sectors: ``central`` path (table ``user_outlook``), or ``frozen``
            as in 2024; as the base has it if not given: frozen on that of 2024.
        energy_accounting: what a MWh counts in energy use: its heat value (``calorific``) or the
            coal that its generation takes (``generation_equivalent``).
        abatement_case: ``low``, ``central`` or ``high`` potential of the steps and price
            response of output.
        plant_availability: share of capacity that is not in outage.
        storage: ``planned`` growth of batteries and pumped storage, or batteries ``optimised``.
        commitment: whether coal plants run above their least output or not at all, day by day,
            and pay for starts (table ``coal_operation``); on the observed base alone.
        heat: whether plants that also give heat run because of it (tables ``heat``,
            ``coal_operation``); on the observed base alone.
        connection_cost: grid connection and the storage that new wind and solar must bring,
            CNY per kW, on top of the plant.
        flexible_demand: whether large users and electric vehicles can shift load within a day
            and some load can be interrupted.
    """

    base: Literal["2024", "observed"] = "observed"
    years: tuple[int, ...] = (2025, 2030, 2035)
    days: int = Field(2, ge=1, le=365)
    segments: int = Field(6, ge=1, le=24)
    regions: Literal["provinces", "grids"] = "provinces"
    discount_rate: float = Field(0.05, ge=0, le=0.2)
    wacc: float = Field(0.06, ge=0, le=0.3)
    coal_price_factor: float = Field(1.0, gt=0, le=5)
    gas_price_factor: float = Field(1.0, gt=0, le=5)
    demand_factor: float = Field(1.0, gt=0, le=3)
    build_pace: float = Field(1.0, ge=0, le=5)
    efficiency_hurdle: float = Field(20.0, ge=0)
    users: Literal["all", "none"] = "all"
    outlook: Literal["central", "frozen"] | None = None
    energy_accounting: Literal["calorific", "generation_equivalent"] = "calorific"
    abatement_case: Literal["low", "central", "high"] = "central"
    plant_availability: float = Field(0.88, gt=0, le=1)
    storage: Literal["planned", "optimised"] = "planned"
    commitment: bool | None = None
    heat: bool | None = None
    connection_cost: float = Field(600.0, ge=0)
    flexible_demand: bool = False

    @field_validator("base", mode="before")
    @classmethod
    def _word(cls, base: object) -> object:
        """A file says 2024 where the name of the base is meant."""
        return str(base) if isinstance(base, int) and not isinstance(base, bool) else base

    @field_validator("years")
    @classmethod
    def _rising(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if not years:
            raise ValueError("give at least one year")
        if list(years) != sorted(set(years)):
            raise ValueError(f"years must increase, got {', '.join(map(str, years))}")
        for year in years:
            if year != BACKCAST_YEAR and not FIRST_YEAR <= year <= LAST_YEAR:
                raise ValueError(f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}")
        if BACKCAST_YEAR in years and len(years) > 1:
            raise ValueError(f"{BACKCAST_YEAR} is the backcast year and stands alone")
        return years

    @model_validator(mode="after")
    def _as_the_base_has_it(self) -> ChinaSettings:
        """Fill what is not given, and refuse what the base of 2024 does not know."""
        for name, on, off in OF_OBSERVED:
            if getattr(self, name) is None:
                object.__setattr__(self, name, on if self.observed else off)
            elif getattr(self, name) == on and not self.observed:
                raise ValueError(f"{name} '{str(on).lower()}' needs base 'observed'")
        return self

    @property
    def electricity_tce_per_mwh(self) -> float:
        """What a MWh counts in energy use, tce."""
        return TCE_PER_MWH[self.energy_accounting]

    @property
    def backcast(self) -> bool:
        """Whether one past year is modelled: its fleet, its weather, no building."""
        alone = len(self.years) == 1 and self.years[0] in KNOWN_YEARS
        return alone and (self.base == "observed" or self.years[0] == BACKCAST_YEAR)

    @property
    def new_years(self) -> tuple[int, ...]:
        """Milestone years in which plants can be built."""
        if self.backcast:
            return ()
        return tuple(year for year in self.years if not self.observed or year not in KNOWN_YEARS)

    @property
    def observed(self) -> bool:
        """Whether known years have their own fleet, and plants their class."""
        return self.base == "observed" or self.backcast

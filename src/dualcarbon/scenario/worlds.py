"""Worlds a scenario can play in: what can be set, which names exist, how each is built."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, field_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import EVERYONE, Instrument
from dualcarbon.instruments.claims import Eligibility

if TYPE_CHECKING:
    import pypsa

    from dualcarbon.system.users import EnergyUsers

TEACHING_FIRST_YEAR, TEACHING_LAST_YEAR = 2025, 2060


class TeachingSettings(Record):
    """What can be set in the teaching world.

    Attributes:
        years: milestone years, increasing.
        flexible_demand: whether large users and electric vehicles can shift load within a day.
    """

    years: tuple[int, ...] = (2025, 2030)
    flexible_demand: bool = False

    @field_validator("years")
    @classmethod
    def _rising(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if not years:
            raise ValueError("give at least one year")
        if list(years) != sorted(set(years)):
            raise ValueError(f"years must increase, got {', '.join(map(str, years))}")
        for year in years:
            if not TEACHING_FIRST_YEAR <= year <= TEACHING_LAST_YEAR:
                span = f"{TEACHING_FIRST_YEAR}-{TEACHING_LAST_YEAR}"
                raise ValueError(f"year {year} is outside {span}")
        return years


class World(ABC):
    """A world: settings, names and builder.

    Attributes:
        settings: model of what can be set.
    """

    settings: type[BaseModel]

    @abstractmethod
    def build(self, settings: Any) -> tuple[pypsa.Network, EnergyUsers]:
        """Build the network and the energy users."""

    @abstractmethod
    def region_of(self, settings: Any) -> dict[str, str]:
        """Map provinces to the buses of the network."""

    @abstractmethod
    def names(self, settings: Any) -> dict[str, list[str]]:
        """Names that exist: ``region``, ``carrier``, ``sector``, ``class``, ``area``."""


class ChinaWorld(World):
    """The 31 provinces on embedded data."""

    @property
    def settings(self) -> type[BaseModel]:  # type: ignore[override]
        """Model of what can be set."""
        from dualcarbon.system.settings import ChinaSettings

        return ChinaSettings

    def build(self, settings: Any) -> tuple[pypsa.Network, EnergyUsers]:
        """Build the network and the energy users."""
        from dualcarbon.system.china import build_china

        return build_china(settings)

    def region_of(self, settings: Any) -> dict[str, str]:
        """Provinces to themselves, or to their regional grids."""
        from dualcarbon import datasets

        regions = datasets.load("regions").set_index("province")
        column = regions["grid"] if settings.regions == "grids" else regions.index.to_series()
        return dict(column)

    def names(self, settings: Any) -> dict[str, list[str]]:
        """Names in the embedded tables."""
        from dualcarbon import datasets

        carriers = datasets.load("carriers")
        return {
            "region": list(dict.fromkeys(self.region_of(settings).values())),
            "carrier": list(carriers["carrier"]),
            "sector": list(dict.fromkeys(datasets.load("energy_users")["sector"])),
            "class": [c for c in dict.fromkeys(carriers["ets_class"]) if c],
            "area": ["grid", EVERYONE],
        }


class TeachingWorld(World):
    """Three fictional provinces for tutorials and fast tests."""

    settings = TeachingSettings

    def build(self, settings: Any) -> tuple[pypsa.Network, EnergyUsers]:
        """Build the network and the energy users."""
        from dualcarbon.system.flexibility import add_flexible_demand
        from dualcarbon.system.teaching import build_teaching

        network, users = build_teaching(settings.years)
        if settings.flexible_demand:
            add_flexible_demand(network)
        return network, users

    def region_of(self, settings: Any) -> dict[str, str]:
        """The three provinces."""
        from dualcarbon.system.teaching_data import PROVINCES

        return {name: name for name in PROVINCES.index}

    def names(self, settings: Any) -> dict[str, list[str]]:
        """Names in the teaching world's own numbers."""
        from dualcarbon.system import teaching_data as data

        return {
            "region": list(data.PROVINCES.index),
            "carrier": list(data.CARRIERS.index),
            "sector": list(data.MEASURES),
            "class": [c for c in dict.fromkeys(data.TECHNOLOGIES["ets_class"]) if c],
            "area": ["grid", EVERYONE],
        }


WORLDS: dict[str, World] = {"china": ChinaWorld(), "teaching": TeachingWorld()}


def world_of(name: Any, where: str) -> World:
    """Return a world by name.

    Raises:
        InputError: no such world.
    """
    if not isinstance(name, str) or name not in WORLDS:
        raise unknown_name("world", str(name), WORLDS, where=where)
    return WORLDS[name]


CARRIER_FIELDS = {"carriers", "carrier", "shared_carriers", "hydro_carriers", "storage",
                  "weather_carriers"}  # fmt: skip
SECTOR_FIELDS = {"sectors", "savers"}
REGION_FIELDS = {"outside"}
CARRIER_KEYS = {"credit", "thermal", "hours", "auction"}
REGION_KEYS = {"share", "nonhydro_share", "rate", "strike", "tariff"}
KIND = {"region": "province", "carrier": "technology", "sector": "sector", "class": "class"}


def check_names(instrument: Instrument, names: Mapping[str, list[str]], where: str) -> None:
    """Check every name that an instrument was given.

    Args:
        instrument: the instrument.
        names: names that exist, by kind; see :meth:`World.names`.
        where: where the instrument stands.

    Raises:
        InputError: naming the first unknown one and the nearest that exists.
    """
    for kind, name, place in given_names(instrument, where):
        known = names["class"] + names["carrier"] if kind == "class" else names[kind]
        if name not in known:
            raise unknown_name(KIND.get(kind, kind), name, known, where=place)


def given_names(instrument: Instrument, where: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and place of every name that is not a field's default."""
    for field, about in type(instrument).model_fields.items():
        value, place = getattr(instrument, field), f"{where}.{field}"
        if value == about.default:
            continue
        if isinstance(value, Eligibility):
            for carrier in value.carriers or ():
                yield "carrier", carrier, f"{place}.carriers"
        elif field in CARRIER_FIELDS:
            for carrier in (value,) if isinstance(value, str) else value or ():
                yield "carrier", carrier, place
        else:
            yield from _other_names(field, value, place)


def _other_names(field: str, value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if field in SECTOR_FIELDS:
        yield from (("sector", sector, place) for sector in value or ())
    elif field in REGION_FIELDS:
        yield from (("region", region, place) for region in value or ())
    elif field == "areas" and isinstance(value, Mapping):
        for area, members in value.items():
            yield from (("region", member, f"{place}.{area}") for member in members)
    elif field == "users" and isinstance(value, Mapping):
        for sector, share in value.items():
            yield "sector", sector, place
            if isinstance(share, Mapping):
                yield from (("region", k, f"{place}.{sector}") for k in share if isinstance(k, str))
    elif field == "area" and value is not None:
        yield "area", value, place
    elif field == "benchmarks":
        yield from (("class", name, place) for name in value or ())
    elif isinstance(value, Mapping):
        kind = "carrier" if field in CARRIER_KEYS else "region"
        if field in CARRIER_KEYS | REGION_KEYS:
            yield from ((kind, key, place) for key in value if isinstance(key, str))

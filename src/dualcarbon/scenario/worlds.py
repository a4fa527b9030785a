"""The worlds a scenario can play in: what can be set, what exists there, how it is built."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, field_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import EVERYONE

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

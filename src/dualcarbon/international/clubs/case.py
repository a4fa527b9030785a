"""A club as a user describes it in YAML: the world, the club's terms, a coalition to examine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from dualcarbon.common.documents import read
from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.clubs.game import of_names
from dualcarbon.international.clubs.sources import CDICE, world_named
from dualcarbon.international.clubs.world import NotNegative, Policy, Region, Share, World

Trade = dict[str, dict[str, NotNegative]] | list[list[float]]
TERMS = ("price", "scc", "tariff", "settings", "prices", "prices_outside", "cap")


class Case(Record):
    """Contents of a file.

    Attributes:
        data: embedded world to start from; ignored where ``regions`` are given.
        regions: own regions by name.
        imports_bn: own trade, bn USD a year: a matrix, rows exporters and columns importers, or a
            mapping from exporter to importer to value, the rest zero.
        rule: one rule or several; price, scc, tariff, settings, prices, prices_outside, cap: see
            :class:`~dualcarbon.international.clubs.world.Policy`.
        coalition: regions to examine; the equilibrium by default.
        source, year, grade: of the user's own figures.
    """

    data: str = CDICE
    regions: dict[str, Region] | None = Field(default=None, min_length=2)
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
        if self.regions is None:
            if self.imports_bn is not None:
                raise InputError("trade without regions", where="imports_bn",
                                 allowed="together with 'regions'")  # fmt: skip
            return world_named(self.data)
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

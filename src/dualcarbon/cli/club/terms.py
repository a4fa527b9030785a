"""Terms of a club on the command line: options put together with what stands in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.options import listed, number, pair, pairs
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.international.clubs.build import Club
    from dualcarbon.international.clubs.sources import Case

FILES = (".yaml", ".yml")
FORM = "REGION=USD/T, e.g. EU=100"


Data = Annotated[
    str, typer.Option(metavar="NAME|FILE", help="Embedded world, or a YAML file of your own.")
]
Price = Annotated[
    float | None, typer.Option(metavar="USD/T", help="Price inside the club.  [default: 25]")
]
Cost = Annotated[
    float | None, typer.Option(metavar="USD/T", help="Social cost of carbon.  [default: the price]")
]
Tariff = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Tariff on outsiders; 0.03 is 3 %.  [default: 0]"),
]
Rule = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Rule; may be given more than once; see 'club rules'."),
]
Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="RULE.NAME=VALUE", help="Setting of a rule.")
]
RegionPrice = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=USD/T", help="Price of one region inside the club."),
]
OutsidePrice = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=USD/T", help="Price that a region keeps outside the club."),
]
Cap = Annotated[bool, typer.Option("--cap", help="No region abates more than it emits.")]
Groups = Annotated[
    bool, typer.Option("--groups/--no-groups", help="Examine joint moves of regions too.")
]


@dataclass(frozen=True)
class Terms:
    """What the command line gives; None leaves what the file or the default says."""

    data: str
    price: float | None
    scc: float | None
    tariff: float | None
    rule: list[str] | None
    setting: list[str] | None
    region_price: list[str] | None
    outside_price: list[str] | None
    cap: bool
    coalition: str | None


def club_of(terms: Terms) -> tuple[Club, int | None]:
    """The club that file and options describe, and the coalition to examine, if any.

    Raises:
        InputError: something given cannot be used.
    """
    from dualcarbon.datasets.countries import among
    from dualcarbon.international.clubs.build import build
    from dualcarbon.international.clubs.sources import coalition_of
    from dualcarbon.international.clubs.world import Policy

    case = _case(terms.data)
    world = case.world()
    options: dict[str, Any] = {
        "price": terms.price,
        "scc": terms.scc,
        "tariff": terms.tariff,
        "rules": tuple(terms.rule) if terms.rule else None,
        "settings": _settings(terms.setting) or None,
        "prices": _prices(terms.region_price, "--region-price", world.names) or None,
        "prices_outside": _prices(terms.outside_price, "--outside-price", world.names) or None,
        "cap": terms.cap or None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    policy = Policy.model_validate(case.policy().model_dump() | given)
    wanted = case.coalition
    if terms.coalition is not None:
        wanted = tuple(among(name, world.names) for name in listed(terms.coalition))
    state = None if wanted is None else coalition_of(tuple(wanted), world)
    return build(world, policy), state


def _case(data: str) -> Case:
    from dualcarbon.international.clubs.sources import WORLDS, Case, load_case

    if Path(data).is_file():
        return load_case(data)
    allowed = [*WORLDS, "a file that ends in .yaml"]
    if data.endswith(FILES):
        raise InputError(f"no such file '{data}'", where="--data", allowed=allowed)
    if data not in WORLDS:
        raise unknown_name("world", data, allowed, where="--data")
    return Case(data=data)


def _prices(given: list[str] | None, option: str, names: Sequence[str]) -> dict[str, float]:
    from dualcarbon.datasets.countries import among

    return {among(name, names): value for name, value in pairs(given, option, FORM).items()}


def _settings(given: list[str] | None) -> dict[str, dict[str, float]]:
    settings: dict[str, dict[str, float]] = {}
    form = "RULE.NAME=VALUE, e.g. cbam.year=2030"
    for text in given or []:
        place, value = pair(text, "--set", form)
        rule, dot, name = place.partition(".")
        if not dot:
            raise InputError(f"'{text}' names no rule", where="--set", allowed=form)
        settings.setdefault(rule, {})[name] = number(value, "--set")
    return settings

"""What the libraries give one another: a club's answer, purchases, regions, a plant's shipment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.loop.border import RATE_YEAR

if TYPE_CHECKING:
    from dualcarbon.international.cbam import Shipment
    from dualcarbon.international.clubs.outcomes import ClubResult
    from dualcarbon.mrv.report import Report
    from dualcarbon.responsibility.table.table import InputOutputTable
    from dualcarbon.scenario.model import Scenario

CHINA_OF_CLUBS = "China"
T_PER_MT = 1e6


def answer_to_club(scenario: Scenario, club: ClubResult, region: str = CHINA_OF_CLUBS) -> Scenario:
    """The scenario with a price floor at what a club's border charges on the region's carbon.

    A floor answers only a border that charges less once a price is paid at home, as a carbon
    tariff and CBAM do: the revenue then stays at home. A tariff at one rate, whatever is paid, is
    answered by joining or not at all, and the scenario comes back as it was. Members meet no
    border price, and a scenario then keeps its floor.

    Args:
        scenario: with a carbon market.
        club: a club and its coalition; region: its name in the club's world.

    Raises:
        InputError: no such region, or the scenario has no carbon market.
    """
    from dualcarbon.international.clubs.outcomes import border_price
    from dualcarbon.international.pricing import exchange_rate

    if "carbon" not in scenario.instruments:
        raise InputError("the scenario has no carbon market", where="instruments.carbon")
    charged = border_price(club, region)
    if charged <= 0 or not falls_when_paid_at_home(club, region):
        return scenario
    price = charged * exchange_rate("USD", "CNY", RATE_YEAR)
    floor = max(price, getattr(scenario.instruments["carbon"], "floor", None) or 0.0)
    return scenario.changed([f"carbon.floor={floor!r}"])


def falls_when_paid_at_home(club: ClubResult, region: str = CHINA_OF_CLUBS) -> bool:
    """Whether a region is charged less at the border once it pays the members' price at home.

    The club is built again with that price kept outside it: what the rules charge then decides,
    not their names.

    Raises:
        InputError: no such region.
    """
    from dualcarbon.international.clubs.build import build
    from dualcarbon.international.clubs.outcomes import ClubResult

    policy = club.club.policy
    outside = {**policy.prices_outside, region: float(club.club.climate.price_in.max())}
    paid = build(club.club.world, policy.model_copy(update={"prices_outside": outside}))
    return _tariff(ClubResult(paid, club.state), region) < _tariff(club, region)


def _tariff(result: ClubResult, region: str) -> float:
    """Sum of the rates that members put on what the region sends them."""
    world = result.club.world
    j = world.index(region, where="region")
    inside = [c for c in range(world.size) if result.state >> c & 1]
    return float(sum(result.club.rate[j, c] * world.imports[j, c] for c in inside))


def purchase_multipliers(region: str, year: int | None = None) -> dict[str, float]:
    """Emissions embodied in a unit of each industry's sales, ``m = f (I - A)^-1``, by sector.

    Args:
        region: of the embedded world table, where the purchases are made; year: of the table, the
            latest by default.

    Returns:
        t CO2 per million US$ at basic prices of that year, by sector.

    Raises:
        InputError: no such region or year.
    """
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.table.embedded import load_table

    table = load_table("compact", year)
    if region not in table.regions:
        raise unknown_name("region", region, table.regions, where="region")
    rows = LeontiefSystem.of(table).multipliers[0, table.rows(region)]
    return {s: float(m) * T_PER_MT for s, m in zip(table.sectors, rows, strict=True)}


def region_sides(table: InputOutputTable, region: str) -> pd.DataFrame:
    """Production and consumption of a region on one sheet, from a table of regions.

    ``consumption = production - embodied in what goes out + embodied in what comes in``, each
    with the direct emissions of final users; the last row is the consumption account.

    Args:
        table: of countries, or of provinces that the user brings; region: one of it.

    Raises:
        InputError: no such region.
    """
    from dualcarbon.responsibility.flows import flows

    if region not in table.regions:
        raise unknown_name("region", region, table.regions, where="region")
    found = flows(table)
    at = found.matrix.index.get_loc(region)
    produced, used = float(found.matrix.sum(axis=1).iloc[at]), float(table.F_Y[0, at])
    out, inward = float(found.exports.iloc[at]), float(found.imports.iloc[at])
    rows = [
        ("production", "direct", produced),
        ("production", "final_users", used),
        ("consumption", "embodied_in_sales", -out),
        ("consumption", "embodied_in_purchases", inward),
        ("consumption", "total", produced + used - out + inward),
    ]
    frame = pd.DataFrame(rows, columns=columns("mrv_both_sides"))
    return conformed("mrv_both_sides", frame.assign(tco2=frame["tco2"] * T_PER_MT))


def shipment_of(
    report: Report,
    product: str,
    cn: str,
    tonnes: float,
    year: int,
    *,
    verified: bool = False,
    route: str | None = None,
) -> Shipment:
    """The shipment at the EU's border that the report of a Chinese plant stands behind.

    Direct emissions per tonne are those of the installation; a footprint has no place here.

    Args:
        report: of the plant; product: its item; cn: CN code; tonnes: shipped; year: of import.
        verified: whether a verifier accredited for CBAM has confirmed them, which a statement for
            the Chinese market alone is not; route: letter of the production route.

    Raises:
        InputError: the plant does not make the product, or more than one; an unknown code.
    """
    from dualcarbon.international.cbam import Shipment
    from dualcarbon.mrv.consumption import product_emissions

    found = product_emissions(report, product)
    return Shipment(
        cn=cn,
        origin="CN",
        tonnes=tonnes,
        year=year,
        direct=found.direct,
        indirect=found.indirect,
        verified=verified,
        route=route,
    )

"""Pilots beside a national market, reserves in steps, budgets over all years."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.indicators.physical import emissions, leakage
from dualcarbon.instruments import CarbonMarket, CarbonPilots
from tests.analytic.conftest import Solver
from tests.analytic.reading import SECTORS, all_emissions, allowance, cost, weights

CAP = {2025: 735e6, 2030: 700e6}
WEST, SOUTH = "Westland", "Southland"
YEARS = [2025, 2030]


def emitted_at(eq: Equilibrium, *regions: str) -> pd.Series:
    """Emissions of plants and of steel, cement and aluminium at some buses, t per year."""
    table = emissions(eq.solution)
    covered = table["sector"].isin(("power", *SECTORS)) & table["province"].isin(regions)
    return table[covered].groupby("year")["mt"].sum() * 1e6


@pytest.fixture(scope="module")
def free(solve: Solver) -> Equilibrium:
    return solve()


def pilots(
    solve: Solver, free: Equilibrium, west: float, south: float, *more: object
) -> Equilibrium:
    """Two pilots, each at a share of what it emits without any rule."""
    caps = {
        area: {int(y): share * v for y, v in emitted_at(free, area).items()}
        for area, share in ((WEST, west), (SOUTH, south))
    }
    areas = {area: (area,) for area in caps}
    return solve(CarbonPilots(areas=areas, cap=caps, sectors=SECTORS), *more)


def pilot_prices(eq: Equilibrium) -> pd.DataFrame:
    """Price by area and year, CNY/t."""
    table = eq.prices.query("instrument == 'carbon_pilots'")
    return table.pivot(index="region", columns="period", values="price")


def test_pilots_beside_a_national_market_clear_at_their_own_prices(
    solve: Solver, free: Equilibrium
) -> None:
    rest = emitted_at(free, "Eastland")
    national = CarbonMarket(
        cap={int(y): 0.97 * v for y, v in rest.items()}, sectors=SECTORS, outside=(WEST, SOUTH)
    )
    eq = pilots(solve, free, 0.95, 0.90, national)
    price = pilot_prices(eq)
    assert (price > 0).all(axis=None)
    assert (price.loc[WEST] - price.loc[SOUTH]).abs().min() > 1.0
    assert (allowance(eq) > 0).all()
    for area, share in ((WEST, 0.95), (SOUTH, 0.90), ("Eastland", 0.97)):
        expected = share * emitted_at(free, area)
        assert emitted_at(eq, area).to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-7)


def test_one_pilot_over_everybody_is_the_national_market(solve: Solver) -> None:
    national = solve(CarbonMarket(cap=CAP, sectors=SECTORS))
    regions = tuple(national.solution.model.annual.load.index)
    one = solve(CarbonPilots(areas={"all": regions}, cap={"all": CAP}, sectors=SECTORS))
    assert pilot_prices(one).loc["all"].to_numpy() == pytest.approx(allowance(national).to_numpy())
    assert one.objective == pytest.approx(national.objective, rel=1e-9)


def test_leakage_is_the_sum_of_changes_elsewhere(solve: Solver, free: Equilibrium) -> None:
    loose = pilots(solve, free, 0.99, 0.99)
    tight = pilots(solve, free, 0.92, 0.99)
    found = leakage(loose.solution, tight.solution, [WEST])
    total = (all_emissions(tight) - all_emissions(loose)) * 1e-6
    assert (found["inside"] + found["elsewhere"]).to_numpy() == pytest.approx(total.to_numpy())
    assert (found["inside"] < 0).all()
    table = [emissions(eq.solution) for eq in (loose, tight)]
    by_bus = [t.groupby(["province", "year"])["mt"].sum() for t in table]
    changes = by_bus[1] - by_bus[0]
    elsewhere = changes[SOUTH] + changes["Eastland"]
    assert found["elsewhere"].to_numpy() == pytest.approx(elsewhere.to_numpy(), abs=1e-9)
    assert (found["elsewhere"] > 0).any()
    share = -found["elsewhere"] / found["inside"]
    assert found["share"].to_numpy() == pytest.approx(share.to_numpy())
    capped = emitted_at(tight, SOUTH) - emitted_at(loose, SOUTH)
    assert (capped <= 1.0).all()


def test_whoever_is_in_a_pilot_and_in_the_national_market_is_named(solve: Solver) -> None:
    pilot = CarbonPilots(areas={WEST: (WEST,)}, cap={WEST: 1e8})
    with pytest.raises(InputError, match="covered by the pilot 'Westland' and by the national"):
        solve(pilot, CarbonMarket(cap=CAP))
    steel = CarbonPilots(areas={WEST: (WEST,)}, cap={WEST: 1e8}, carriers=(), sectors=("steel",))
    with pytest.raises(InputError, match=r"steel.*covered by the pilot"):
        solve(steel, CarbonMarket(cap=CAP, sectors=("steel",)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"areas": {"a": (WEST,), "b": (WEST,)}, "cap": {"a": 1.0, "b": 1.0}}, "is in 'a' and in"),
        ({"areas": {"a": (WEST,)}, "cap": {}}, "area 'a' has no 'cap'"),
        ({"areas": {"a": (WEST,)}, "cap": {"a": 1.0, "b": 1.0}}, "which is no area"),
        ({"areas": "province", "cap": {}}, "named areas"),
        ({"cap": {}}, "named areas"),
    ],
)
def test_areas_that_overlap_or_lack_a_cap_are_refused(
    fields: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        CarbonPilots(**fields)


def test_regions_that_do_not_exist_are_refused(solve: Solver) -> None:
    with pytest.raises(InputError, match="Westlnd"):
        solve(CarbonPilots(areas={"a": ("Westlnd",)}, cap={"a": 1.0}))
    with pytest.raises(InputError, match="Westlnd"):
        solve(CarbonMarket(cap=CAP, outside=("Westlnd",)))


def test_a_reserve_sells_exactly_its_steps(solve: Solver) -> None:
    plain = solve(CarbonMarket(cap=CAP, sectors=SECTORS))
    price = float(allowance(plain).min())
    steps = [{"price": 0.5 * price, "quantity": 2e6}, {"price": 0.6 * price, "quantity": 3e6}]
    eq = solve(CarbonMarket(cap=CAP, sectors=SECTORS, containment=steps))
    sold = eq.solution.value("carbon-reserve_sold").transpose("step", "period").to_pandas()
    for year in YEARS:
        reached = allowance(eq)[year] > 0.6 * price + 1e-6
        assert sold[year].tolist() == pytest.approx([2e6, 3e6 if reached else sold[year].iloc[1]])
        assert reached or allowance(eq)[year] == pytest.approx(0.6 * price)
    assert (allowance(eq) > 0.6 * price + 1e-6).any()
    capped = pd.Series(CAP) + sold.sum()
    assert all_emissions(eq).to_numpy() == pytest.approx(capped.to_numpy())
    idle = solve(
        CarbonMarket(cap=CAP, sectors=SECTORS, containment=[{"price": 1e4, "quantity": 1e9}])
    )
    assert allowance(idle).to_numpy() == pytest.approx(allowance(plain).to_numpy())


def test_a_large_step_is_a_ceiling_and_withholding_a_floor(solve: Solver) -> None:
    price = float(allowance(solve(CarbonMarket(cap=CAP, sectors=SECTORS))).min())
    ceiling = solve(CarbonMarket(cap=CAP, sectors=SECTORS, ceiling=0.6 * price))
    step = [{"price": 0.6 * price, "quantity": 1e10}]
    stepped = solve(CarbonMarket(cap=CAP, sectors=SECTORS, containment=step))
    assert allowance(stepped).to_numpy() == pytest.approx(allowance(ceiling).to_numpy())
    assert stepped.objective == pytest.approx(ceiling.objective, rel=1e-9)
    floor = solve(CarbonMarket(cap=8e8, sectors=SECTORS, floor=30.0))
    held = solve(
        CarbonMarket(cap=8e8, sectors=SECTORS, withholding=[{"price": 30.0, "quantity": 1e10}])
    )
    assert allowance(held).to_numpy() == pytest.approx(30.0)
    assert held.objective == pytest.approx(floor.objective, rel=1e-9)


def test_what_is_not_invalidated_is_sold_later(solve: Solver) -> None:
    """A step that is too dear in the first year is there twice in the second, less what lapsed."""
    loose = {2025: 2e9, 2030: CAP[2030]}
    step = [{"price": 1.0, "quantity": 4e6}]

    def sold(invalidation: float) -> list[float]:
        eq = solve(
            CarbonMarket(cap=loose, sectors=SECTORS, containment=step, invalidation=invalidation)
        )
        return eq.solution.value("carbon-reserve_sold").sum("step").to_series().tolist()

    assert sold(1.0) == pytest.approx([0.0, 4e6])
    assert sold(0.0) == pytest.approx([0.0, 8e6])
    assert sold(0.25) == pytest.approx([0.0, 7e6])


def test_reserve_that_withholds_above_what_it_sells_at_is_refused() -> None:
    steps = {"containment": [{"price": 50.0, "quantity": 1.0}],
             "withholding": [{"price": 60.0, "quantity": 1.0}]}  # fmt: skip
    with pytest.raises(InputError, match="'withholding' at 60 is above 'containment' at 50"):
        CarbonMarket(cap=CAP, **steps)


def test_borrowing_makes_a_cumulative_budget(solve: Solver) -> None:
    """Only the sum over all years counts: any split of it has one price that earns the rate."""
    years = weights(solve()).index
    splits = ({2025: 700e6, 2030: 740e6}, {2025: 745e6, 2030: 695e6})
    eqs = [
        solve(CarbonMarket(cap=s, sectors=SECTORS, banking=True, borrowing=True)) for s in splits
    ]
    horizon = eqs[0].solution.model.horizon
    assert horizon.years.nunique() == 1
    for eq in eqs:
        used = (all_emissions(eq) * horizon.years).sum()
        assert used == pytest.approx(1440e6 * horizon.years.iloc[0], rel=1e-9)
        present = allowance(eq) * weights(eq) / horizon.years
        assert present[years[0]] == pytest.approx(present[years[1]], rel=1e-6)
    assert cost(eqs[0]) == pytest.approx(cost(eqs[1]), rel=1e-9)
    kept = eqs[0].solution.value("carbon-bank").to_series().iloc[0]
    assert kept < 0
    with pytest.raises(InputError, match="banking"):
        CarbonMarket(cap=CAP, borrowing=True)

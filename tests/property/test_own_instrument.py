"""An instrument that stands in this file alone is one of the house.

It credits the carbon market per MWh of wind. It is solved, priced, settled, audited, explained,
exported, and solved again after any change of any other instrument, in any order, as if anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import CheckFailed, InfeasiblePackage, InputError
from dualcarbon.indicators.tables import equilibrium_tables
from dualcarbon.instruments import (
    CarbonMarket,
    CarbonTax,
    ElectricityMarket,
    GreenCertificates,
    GreenPowerForAllowances,
    IntegratedAttributes,
    OffsetStep,
    OperatingReserve,
)
from dualcarbon.instruments.base import EVERYONE, Instrument, Pressure, Price, Yearly
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.payments import Payment, as_party, by_owner, through_market
from dualcarbon.report.export import write_tables
from dualcarbon.solver.solution import Solution
from dualcarbon.sweep.abatement_curve import without_policies
from dualcarbon.system.model import PolicyModel
from tests import worlds
from tests.oracle import small_case as case

CARBON = CarbonMarket(cap=9.0e6)
QUOTA = GreenCertificates(share=0.2, buyout=120.0)
MEANING, ZH = "wind credits stay below the ceiling", "风电抵扣量不超过上限"


class WindCredits(Instrument):
    """``e[y] <= A[y] + rate[y] sum_i wind_i[y]``: wind output counts as allowances."""

    key: ClassVar[str] = "wind_credits"

    rate: Yearly
    most: float = 1e9

    def _output(self, model: PolicyModel) -> pd.Index:
        units = model.annual.units
        return units.index[units["carrier"] == "wind"]

    def attach(self, model: PolicyModel) -> None:
        """Credit the carbon market, up to a ceiling."""
        output = model.annual.energy.sel(unit=self._output(model)).sum("unit")
        credited = output * model.per_period(self.rate)
        model.credit("carbon", credited)
        model.row("wind_credits-most", credited <= self.most, unit="CNY/t", meaning=MEANING, zh=ZH)

    def price(self, solution: Solution) -> list[Price]:
        """Worth of one more ton of the ceiling."""
        row = "wind_credits-most"
        return [Price(self.key, "ceiling", EVERYONE, solution.price(row), "CNY/t", row)]

    def pressure(self, solution: Solution) -> Pressure:
        """It regulates nobody who emits, but it is asked."""
        return Pressure.constant(solution.price("wind_credits-most"))

    def settle(self, solution: Solution) -> list[Payment]:
        """Owners of wind receive what their credits are worth in the carbon market."""
        model = solution.model
        output = solution.energy.loc[self._output(model)]
        tons = by_owner(solution, output).mul(model.horizon.spread(self.rate), axis=1)
        paid = tons.mul(solution.price("carbon-balance"), axis=1)
        return through_market(self.key, "links between markets", [paid])


class FreeWindTokens(WindCredits):
    """The same, but the tokens of wind are claimed, so that two uses can be counted twice."""

    key: ClassVar[str] = "free_wind_tokens"

    def token_claims(self) -> dict[str, Eligibility]:
        """Tokens of wind may be used."""
        return {"wind": Eligibility(carriers=("wind",))}

    def attach(self, model: PolicyModel) -> None:
        """Credit claimed tokens."""
        model.credit("carbon", model.tokens.claimed("wind") * model.per_period(self.rate))

    def price(self, solution: Solution) -> list[Price]:
        """None."""
        return []

    def pressure(self, solution: Solution) -> None:
        """None."""

    def settle(self, solution: Solution) -> list[Payment]:
        """Whoever holds the tokens is paid by the carbon market."""
        claimed = solution.evaluate(solution.model.tokens.claimed("wind")).to_series()
        worth = claimed * solution.model.horizon.spread(self.rate)
        paid = as_party("wind fund", worth * solution.price("carbon-balance"))
        return through_market(self.key, "links between markets", [paid])


def anew(*instruments: Instrument, **options: list[tuple[str, str]]) -> Equilibrium:
    return worlds.anew(instruments, worlds.small, double_claims=options.get("claims", []))


def allowance(eq: Equilibrium) -> np.ndarray:
    return eq.prices.query("item == 'allowance'")["price"].to_numpy()


@pytest.fixture(scope="module")
def credited() -> Equilibrium:
    """Listed after the market that it credits."""
    return anew(ElectricityMarket(), CARBON, QUOTA, WindCredits(rate=0.1))


def test_the_order_of_the_package_decides_nothing(credited: Equilibrium) -> None:
    first = anew(WindCredits(rate=0.1), ElectricityMarket(), CARBON, QUOTA)
    without = anew(ElectricityMarket(), CARBON, QUOTA)
    assert first.objective == pytest.approx(credited.objective, rel=1e-9)
    assert allowance(first) == pytest.approx(allowance(credited), rel=1e-6)
    assert credited.objective < without.objective * (1 - 1e-6)
    assert (allowance(credited) < allowance(without) - 1.0).all()


def test_the_credit_is_what_the_price_says(credited: Equilibrium) -> None:
    """One more ton credited per year saves the allowance price: a finite difference anew."""
    output = credited.solution.energy.loc[
        credited.solution.model.annual.units["carrier"] == "wind"
    ].sum()
    step, year = 1e-5, 2030
    more = anew(ElectricityMarket(), CARBON, QUOTA, WindCredits(rate={2025: 0.1, 2030: 0.1 + step}))
    weight = credited.solution.model.horizon.objective[year]
    saved = (credited.objective - more.objective) / weight / (step * output[year])
    prices = credited.prices.query("item == 'allowance'").set_index("period")["price"]
    assert saved == pytest.approx(prices[year], rel=1e-3)


def test_it_is_settled_audited_and_explained(credited: Equilibrium) -> None:
    credited.check()
    paid = credited.settlement.query("instrument == 'wind_credits'")
    assert (paid["amount"] > 0).any()
    tables = equilibrium_tables("own", credited)
    assert "wind_credits" in set(tables["burden"]["instrument"])
    assert (tables["burden"].query("instrument == 'wind_credits'")["bn_cny"] < 0).all()
    assert MEANING in credited.explain("wind_credits-most")
    assert ZH in credited.explain("wind_credits-most", lang="zh")
    assert "wind_credits-most" in credited.explain()
    assert len(credited.price_intervals().query("instrument == 'wind_credits'")) == 2


def test_it_is_exported(credited: Equilibrium, tmp_path: Path) -> None:
    write_tables(equilibrium_tables("own", credited), tmp_path)
    prices = pd.read_csv(tmp_path / "tables" / "prices.csv")
    assert len(prices.query("instrument == 'wind_credits'")) == 2
    assert (tmp_path / "tables.xlsx").is_file()


def test_it_is_a_policy_that_a_world_without_policy_lacks(credited: Equilibrium) -> None:
    reserve = OperatingReserve(share=0.05, carriers=("coal", "gas"))
    package = credited.package.changed({"reserve": reserve})
    assert list(without_policies(package).instruments) == ["electricity", "reserve"]


def test_a_new_rate_is_solved_as_if_anew(credited: Equilibrium) -> None:
    warm = credited.resolve(wind_credits={"rate": 0.3})
    cold = anew(ElectricityMarket(), CARBON, QUOTA, WindCredits(rate=0.3))
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert allowance(warm) == pytest.approx(allowance(cold), rel=1e-6, abs=1e-6)
    assert allowance(warm)[0] < allowance(credited)[0]


def test_what_its_tokens_earn_twice_is_priced_without_a_word_from_it() -> None:
    eq = anew(
        ElectricityMarket(), CARBON, QUOTA.model_copy(update={"share": 0.45}),
        FreeWindTokens(rate=0.1), claims=[("rps", "wind")],
    )  # fmt: skip
    eq.check()
    twice = eq.double_claims.groupby("period")[["mwh", "worth"]].sum()
    assert (twice["mwh"] > 0).all()
    certificate = eq.solution.price("green-total")
    allowed = eq.solution.price("carbon-balance") * 0.1
    lesser = pd.concat([certificate, allowed], axis=1).min(axis=1)
    assert twice["worth"].to_numpy() == pytest.approx((twice["mwh"] * lesser).to_numpy(), rel=1e-6)


def test_money_that_nobody_hands_on_is_found() -> None:
    class Silent(WindCredits):
        key: ClassVar[str] = "silent"

        def attach(self, model: PolicyModel) -> None:
            output = model.annual.energy.sel(unit=self._output(model)).sum("unit")
            model.credit("carbon", output * model.per_period(self.rate))

        def price(self, solution: Solution) -> list[Price]:
            return []

        def pressure(self, solution: Solution) -> None:
            return None

        def settle(self, solution: Solution) -> list[Payment]:
            return []

    with pytest.raises(CheckFailed, match="payments net to zero"):
        anew(ElectricityMarket(), CARBON, Silent(rate=0.1)).check()


class Misspelt(WindCredits):
    key: ClassVar[str] = "misspelt"

    def attach(self, model: PolicyModel) -> None:
        model.credit("carbn", 1.0 * model.annual.energy.sum("unit"))


class Borrowed(WindCredits):
    key: ClassVar[str] = "borrowed"

    def attach(self, model: PolicyModel) -> None:
        emissions = model.annual.emissions(model.annual.units.index)
        model.row("carbon-balance", emissions <= 1e9, unit="CNY/t", meaning="theirs", zh="他人")


class Circle(WindCredits):
    """Credits what it reads: there is no end to it."""

    key: ClassVar[str] = "circle"

    def attach(self, model: PolicyModel) -> None:
        model.credited("carbon")
        model.credit("carbon", 1.0 * model.annual.energy.sum("unit"))


@pytest.mark.parametrize(
    ("instrument", "words"),
    [
        (Misspelt(rate=0.1), "unknown market, credited by 'misspelt', 'carbn'.*'carbon'"),
        (Borrowed(rate=0.1), "'borrowed' adds rows 'carbon-balance', which 'carbon'"),
        (Circle(rate=0.1), "circle depend on each other in a circle"),
    ],
)
def test_what_cannot_be_right_is_refused(instrument: Instrument, words: str) -> None:
    with pytest.raises(InputError, match=words):
        anew(ElectricityMarket(), CARBON, instrument)


def test_a_change_under_another_key_is_refused(credited: Equilibrium) -> None:
    with pytest.raises(InputError, match="'carbon' is given the instrument 'tax'"):
        credited.resolve(carbon=CarbonTax(rate=10.0))


def random_instrument(random: np.random.Generator, key: str) -> Instrument | None:
    """An instrument with random fields, or None to leave it out."""
    if key not in ("electricity", "carbon") and random.random() < 0.35:
        return None
    if key == "electricity":
        shares = random.random() < 0.3
        coal = {"dispatch": "equal_shares", "shared_carriers": ("coal",)}
        return ElectricityMarket(**(coal if shares else {}))
    if key == "carbon":
        offsets = (OffsetStep(name="forest", quantity=4e5, price=57.0),)
        sectors = [(), ("steel",), ("steel", "cement")][random.integers(3)]
        more = sum(t for (_, sector), t in case.BASELINE.items() if sector in sectors)
        return CarbonMarket(
            cap=float(random.uniform(8.7e6, 1.05e7)) + 0.95 * more,
            sectors=sectors,
            banking=bool(random.random() < 0.5),
            offsets=offsets if random.random() < 0.5 else (),
            offset_limit=float(random.uniform(0, 0.1)),
            ceiling=None if random.random() < 0.5 else 160.0,
        )
    if key == "green":
        return GreenCertificates(share=float(random.uniform(0, 0.4)), buyout=90.0)
    if key == "tax":
        covered = bool(random.random() < 0.5)
        return CarbonTax(rate=float(random.uniform(0, 40)), exempt_covered=covered)
    if key == "reserve":
        return OperatingReserve(share=float(random.uniform(0, 0.1)), carriers=("coal", "gas"))
    if key == "link":
        if random.random() < 0.5:
            return IntegratedAttributes(k=float(random.uniform(0.3, 0.8)))
        return GreenPowerForAllowances(limit=float(random.uniform(0.0, 0.05)), tightening=1.0)
    return WindCredits(rate=float(random.uniform(0.0, 0.3)))


KEYS = ("electricity", "carbon", "green", "tax", "reserve", "link", "wind_credits")


def random_package(random: np.random.Generator, last: Package | None) -> Package:
    """A package in random order; beside the last one, only some instruments change."""
    kept = {} if last is None else dict(last.instruments)
    found: list[Instrument] = []
    for key in KEYS:
        old = [i for k, i in kept.items() if k == key or (key == "link" and i.link)]
        if last is not None and random.random() < 0.6:
            found += old
            continue
        new = random_instrument(random, key)
        found += [] if new is None else [new]
    order = random.permutation(len(found))
    return Package.of(found[i] for i in order)


def outcome(solve: object, package: Package) -> Equilibrium | None:
    try:
        return solve(package)  # type: ignore[operator]
    except InfeasiblePackage:
        return None


def compare(rounds: int, seed: int) -> int:
    """Solve random packages one after the other, warm, each beside a new model; solved ones."""
    random = np.random.default_rng(seed)
    session = worlds.opened(worlds.small).copy()
    package, solved = None, 0
    for _ in range(rounds):
        package = random_package(random, package)
        warm = outcome(session.solve, package)
        cold = outcome(lambda p: anew(*p.instruments.values()), package)
        assert (warm is None) == (cold is None), package
        if warm is None or cold is None:
            continue
        solved += 1
        assert warm.objective == pytest.approx(cold.objective, rel=1e-9), package
        worlds.assert_same_prices(warm, cold)
        warm.check()
    return solved


def test_random_orders_and_changes_are_solved_as_if_anew() -> None:
    assert compare(5, seed=1) >= 3


@pytest.mark.slow
def test_two_hundred_random_orders_and_changes_are_solved_as_if_anew() -> None:
    assert compare(200, seed=7) >= 150

"""Sections 2.2 and 4.1: markets that overlap, merged, unified, or left to carbon alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.statements import Findings
from dualcarbon.experiments.theses.claim import Claim, answer
from dualcarbon.experiments.theses.markets import (
    Markets,
    energy_of_users,
    last_value,
    pairs,
    saved_by_province,
    spread,
)

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

MTCE, MT, BN = 1e-6, 1e-6, 1e-9
SMALL = -0.01
ONE_PRICE = 1e-3  # CNY/t between the highest and the lowest marginal cost
MOVED = 0.05  # Mtce
NEARLY_ALL = 99.0  # percent of holders: one of a hundred may be too small to be obliged
COUNTED_TWICE = 1e-3  # Mtce: a thousand tonnes of coal, above the rounding of the solver
SHARED_TONS = 1.0  # Mt CO2: less than one large coal unit emits in a year
LOST = 5.0  # percent of what the package cuts: below a twentieth the other markets add little


@dataclass(frozen=True)
class ObjectsFound(Findings):
    """Share of holders of rights who also owe certificates, percent; fuel regulated twice, Mtce."""

    topic: ClassVar[str] = "thesis.same_objects"
    both: float
    mtce: float
    year: int


@dataclass(frozen=True)
class SavingsFound(Findings):
    """Savings that count twice and all savings in ``year``, Mtce; worth of the second claim.

    Attributes:
        dearer: change of the cost of policy if each tonne counts once, percent.
    """

    topic: ClassVar[str] = "thesis.same_savings"
    twice: float
    total: float
    worth_bn: float
    dearer: float
    year: int

    @property
    def none_twice(self) -> bool:
        """Whether nothing was found to count twice."""
        return self.twice <= 0


@dataclass(frozen=True)
class TonsFound(Findings):
    """CO2 of users under carbon and white certificates, and under energy-use rights besides, Mt."""

    topic: ClassVar[str] = "thesis.same_tons"
    tons: float
    in_pilots: float
    worth_bn: float
    year: int


@dataclass(frozen=True)
class MergingFound(Findings):
    """Change of the cost of policy by merging; ``moved``: Mtce saved in other provinces."""

    topic: ClassVar[str] = "thesis.merge_efficiency"
    change: float
    change_bn: float
    moved_mtce: float
    year: int

    @property
    def moved(self) -> float:
        """Savings that move between provinces, Mtce; zero where it is rounding."""
        return self.moved_mtce if self.moved_mtce >= MOVED else 0.0

    @property
    def nothing_moved(self) -> bool:
        """Whether every province saves what it saved before."""
        return self.moved_mtce < MOVED


@dataclass(frozen=True)
class UnifyingFound(Findings):
    """Change of the cost of policy and of the system by one price, percent; marginal costs, CNY/t.

    Attributes:
        lowest, highest, deviation: with separate markets; mean, gap: mean, and highest less
            lowest, with one.
        used: energy that users take more, Mtce.
    """

    topic: ClassVar[str] = "thesis.unify_markets"
    change: float
    system: float
    lowest: float
    highest: float
    deviation: float
    mean: float
    gap: float
    used: float
    year: int

    @property
    def one_price(self) -> bool:
        """Whether everyone has the same marginal cost in the one market."""
        return abs(self.gap) < ONE_PRICE * max(abs(self.mean), 1.0)


@dataclass(frozen=True)
class AloneFound(Findings):
    """The carbon market alone against the package, in ``year``.

    Attributes:
        more: emissions, Mt; share: of what the package cuts, percent; saved: savings, Mtce.
        green, green_alone: renewable share with the package and alone, percent.
        dearer: cost of the package over one carbon price for the same emissions, percent.
    """

    topic: ClassVar[str] = "thesis.pan_carbon"
    more: float
    share: float
    saved: float
    green: float
    green_alone: float
    dearer: float
    year: int

    @property
    def none_lost(self) -> bool:
        """Whether emissions without the other markets are no higher."""
        return self.more <= 0


def overlap_claims(markets: Markets) -> list[Claim]:
    """Overlap of objects, of accounts, and of carbon with energy use."""
    return [_objects(markets), _accounts(markets), _carbon_and_energy(markets)]


def reform_claims(markets: Markets) -> list[Claim]:
    """What merging, and unifying all markets, saves at equal outcome."""
    return [_merging(markets), _unifying(markets)]


def alone_claims(markets: Markets) -> list[Claim]:
    """What is lost when only the carbon market is left."""
    apart, alone = markets.apart, markets.alone
    more = (_emissions(alone) - _emissions(apart)) * MT
    cut = (_emissions(markets.nothing) - _emissions(apart)) * MT
    share = 100.0 * more / cut if cut else 0.0
    saved = [float(saved_by_province(eq, apart).sum()) for eq in (apart, alone)]
    green = [100.0 * last_value(eq, "renewable_share") for eq in (apart, alone)]
    found = AloneFound(
        more=more,
        share=share,
        saved=(saved[1] - saved[0]) * MTCE,
        green=green[0],
        green_alone=green[1],
        dearer=percent(markets.policy_cost(apart), markets.policy_cost(markets.unified)),
        year=markets.last_year,
    )
    return [Claim(found, "4.1", share, "%", answer(share, share > LOST, partly=share > 0.0))]


def _objects(markets: Markets) -> Claim:
    apart, year = markets.apart, markets.last_year
    rights = apart.package.instruments["energy_use"]
    white = apart.package.instruments["white"]
    members = rights.members(apart.solution.model).index  # type: ignore[attr-defined]
    obliged = white.obliged(apart.solution.model).index  # type: ignore[attr-defined]
    both = float(100.0 * members.isin(obliged).mean())
    tce = float(pairs(apart).loc[("white", "energy_use", year), "tce"]) * MTCE
    found = ObjectsFound(both, tce, year)
    return Claim(found, "2.2", both, "%", answer(both, both > NEARLY_ALL, partly=True))


def _accounts(markets: Markets) -> Claim:
    apart, year = markets.apart, markets.last_year
    twice = apart.double_claims
    at = twice[twice["period"] == year]
    tce = float(at["tce"].sum()) * MTCE
    saved = apart.solution.evaluate(1.0 * apart.solution.model.saving_pool.tokens)
    total = float(saved.sel(period=year).sum()) * MTCE
    share = 100.0 * tce / total if total else 0.0
    found = SavingsFound(
        twice=tce,
        total=total,
        worth_bn=float(at["worth"].sum()) * BN,
        dearer=percent(markets.policy_cost(markets.exclusive), markets.policy_cost(apart)),
        year=year,
    )
    return Claim(found, "2.2", share, "%", answer(share, tce > COUNTED_TWICE))


def _carbon_and_energy(markets: Markets) -> Claim:
    apart, year = markets.apart, markets.last_year
    found = pairs(apart)
    at = found[found.index.get_level_values("period") == year]
    carbon = at[at.index.get_level_values("first") == "carbon"]
    tons = float(carbon.loc[("carbon", "white", year), "t_co2"]) * MT
    in_pilots = float(carbon.loc[("carbon", "energy_use", year), "t_co2"]) * MT
    both = TonsFound(tons, in_pilots, float(carbon["worth"].sum()) * BN, year)
    return Claim(both, "2.2", tons, "Mt", answer(tons, tons > SHARED_TONS))


def _merging(markets: Markets) -> Claim:
    apart, merged = markets.apart, markets.merged
    before, after = markets.policy_cost(apart), markets.policy_cost(merged)
    change = percent(after, before)
    saved = [saved_by_province(eq, apart) for eq in (apart, merged)]
    found = MergingFound(
        change=change,
        change_bn=(after - before) * BN,
        moved_mtce=float((saved[1] - saved[0]).clip(lower=0.0).sum()) * MTCE,
        year=markets.last_year,
    )
    return Claim(found, "4.1", change, "%", answer(change, change < SMALL))


def _unifying(markets: Markets) -> Claim:
    apart, one, year = markets.apart, markets.unified, markets.last_year
    before, after = markets.policy_cost(apart), markets.policy_cost(one)
    change = percent(after, before)
    wide, none = spread(apart).loc[year], spread(one).loc[year]
    found = UnifyingFound(
        change=change,
        system=percent(markets.cost(one), markets.cost(apart)),
        lowest=float(wide["lowest"]),
        highest=float(wide["highest"]),
        deviation=float(wide["deviation"]),
        mean=float(none["mean"]),
        gap=float(none["highest"] - none["lowest"]),
        used=float((energy_of_users(one) - energy_of_users(apart)).loc[year]) * MTCE,
        year=year,
    )
    return Claim(found, "4.1", change, "%", answer(change, change < SMALL, partly=change <= 0))


def _emissions(eq: Equilibrium) -> float:
    return float((eq.solution.emissions.sum() + eq.solution.user_emissions.sum()).iloc[-1])

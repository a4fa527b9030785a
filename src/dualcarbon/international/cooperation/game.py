"""Competing and cooperating between China, the United States and the EU, and side payments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.international.cooperation.actors import (
    ACTORS,
    STRATEGIES,
    Assumptions,
    Profile,
    profiles,
)
from dualcarbon.international.cooperation.issues import border, effort, finance, markets, technology

ISSUES: dict[str, Callable[[Profile, Assumptions], dict[str, float]]] = {
    "technology": technology,
    "effort": effort,
    "markets": markets,
    "border": border,
    "finance": finance,
}
COMPETE: Profile = ("compete", "compete", "compete")
FULL: Profile = ("full", "full", "full")


@dataclass(frozen=True)
class Game:
    """Payoffs over all profiles.

    Attributes:
        payoffs: rows profiles (a column per actor's strategy), then actor, issue and bn USD a
            year against everyone competing.
        assumptions: figures that they rest on.
    """

    payoffs: pd.DataFrame
    assumptions: Assumptions

    def total(self, profile: Profile) -> dict[str, float]:
        """Payoff of each actor under a profile, bn USD a year against everyone competing."""
        return dict(self._totals[profile])

    @cached_property
    def _totals(self) -> dict[Profile, dict[str, float]]:
        sums = self.payoffs.groupby([*ACTORS, "actor"], sort=False)["bn_usd"].sum()
        found: dict[Profile, dict[str, float]] = {}
        for (china, us, eu, actor), worth in sums.items():
            found.setdefault((china, us, eu), {})[actor] = float(worth)
        return found

    def by_issue(self, profile: Profile) -> pd.DataFrame:
        """Payoffs under a profile: rows issues, columns actors."""
        return (
            self._of(profile)
            .pivot(index="issue", columns="actor", values="bn_usd")
            .loc[list(ISSUES), list(ACTORS)]
        )

    def _of(self, profile: Profile) -> pd.DataFrame:
        chosen = self.payoffs[list(ACTORS)].eq(list(profile)).all(axis=1)
        return self.payoffs[chosen]


def build_game(assumptions: Assumptions | None = None) -> Game:
    """Work out the payoffs of all 27 profiles, issue by issue.

    The issues are added up; each is measured against everyone competing, so that what does not
    depend on cooperation drops out.

    Args:
        assumptions: figures; the embedded ones by default.
    """
    assumptions = assumptions or Assumptions()
    base = {name: of(COMPETE, assumptions) for name, of in ISSUES.items()}
    rows = []
    for profile in profiles():
        for name, of in ISSUES.items():
            found = of(profile, assumptions)
            rows += [(*profile, a, name, found[a] - base[name][a]) for a in ACTORS]
    table = pd.DataFrame(rows, columns=[*ACTORS, "actor", "issue", "bn_usd"])
    return Game(table, assumptions)


def equilibria(game: Game) -> list[Profile]:
    """Profiles from which no actor gains by changing its strategy alone."""
    worth = {profile: game.total(profile) for profile in profiles()}
    return [profile for profile in profiles() if _stable(profile, worth)]


def interest_matrix(game: Game) -> pd.DataFrame:
    """Where interests meet: gain of each actor from full cooperation by issue, bn USD a year.

    ``shared`` is true where nobody loses and somebody gains; ``opposed`` where some gain and
    some lose.
    """
    table = game.by_issue(FULL)
    small = 1e-9
    gains, losses = (table > small).any(axis=1), (table < -small).any(axis=1)
    return table.assign(shared=gains & ~losses, opposed=gains & losses).reset_index()


def _stable(profile: Profile, worth: dict[Profile, dict[str, float]]) -> bool:
    for i, actor in enumerate(ACTORS):
        for other in STRATEGIES:
            changed = list(profile)
            changed[i] = other
            moved: Profile = (changed[0], changed[1], changed[2])
            if worth[moved][actor] > worth[profile][actor] + 1e-9:
                return False
    return True


CONCEPTS = ("individual", "free_riding", "core")


@dataclass(frozen=True)
class SidePayments:
    """Payments that make full cooperation stable, or what is short of it.

    Attributes:
        concept: against what it is stable.
        payments: received (positive) or paid by actor, bn USD a year; they sum to zero.
        payoffs: of the actors with the payments.
        feasible: whether such payments exist; where they do not, the payments make the largest
            shortfall as small as can be.
        shortfall: that shortfall, bn USD a year, 0 where feasible.
        binding: coalitions whose alternative just equals what they get.
    """

    concept: str
    payments: dict[str, float]
    payoffs: dict[str, float]
    feasible: bool
    shortfall: float
    binding: tuple[str, ...]


def coalition_value(game: Game, members: Sequence[str]) -> float:
    """What a coalition gets by full cooperation inside while the rest compete, bn USD a year."""
    totals = game.total(_with(members))
    return sum(totals[name] for name in members)


def side_payments(game: Game, concept: str = "core") -> SidePayments:
    """Least payments that keep full cooperation stable, by linear programming.

    ``individual``: each gets at least what it gets when all compete. ``free_riding``: at least
    what it gets by leaving while the other two stay together. ``core``: no coalition gets more by
    itself, the rest competing. First the largest shortfall is minimised (the least core), then
    the sum of payments.

    Args:
        game: the payoffs.
        concept: one of ``CONCEPTS``.

    Raises:
        InputError: an unknown concept.

    Source: Chander and Tulkens (1997), International Journal of Game Theory 26, for the core with
    outsiders apart; Carraro, Eyckmans and Finus (2006), Review of International Organizations 1,
    for payments against free riding.
    """
    if concept not in CONCEPTS:
        raise unknown_name("concept", concept, CONCEPTS, where="concept")
    claims = _claims(game, concept)
    own = np.array([game.total(FULL)[a] for a in ACTORS])
    rows = np.array([[float(a in names) for a in ACTORS] for names in claims])
    wanted = np.array(list(claims.values())) - rows @ own
    shortfall = _least_shortfall(rows, wanted)
    paid = _least_payments(rows, wanted - shortfall)
    slack = rows @ paid - (wanted - shortfall)
    binding = [" + ".join(n) for n, s in zip(claims, slack, strict=True) if abs(s) < 1e-7]
    return SidePayments(
        concept,
        {a: float(x) for a, x in zip(ACTORS, paid, strict=True)},
        {a: float(x) for a, x in zip(ACTORS, own + paid, strict=True)},
        shortfall <= 1e-9,
        max(shortfall, 0.0),
        tuple(binding),
    )


def _claims(game: Game, concept: str) -> dict[tuple[str, ...], float]:
    """What each coalition could claim instead, bn USD a year."""
    if concept == "individual":
        alone = game.total(COMPETE)
        return {(actor,): alone[actor] for actor in ACTORS}
    if concept == "free_riding":
        others = {a: [b for b in ACTORS if b != a] for a in ACTORS}
        return {(a,): game.total(_with(others[a]))[a] for a in ACTORS}
    groups = [g for size in (1, 2) for g in combinations(ACTORS, size)]
    return {group: coalition_value(game, group) for group in groups}


def _with(members: Sequence[str]) -> Profile:
    """Full cooperation among members, competition from the rest."""
    chosen = ["full" if a in members and len(members) > 1 else "compete" for a in ACTORS]
    return (chosen[0], chosen[1], chosen[2])


def _least_shortfall(rows: np.ndarray, wanted: np.ndarray) -> float:
    """Smallest e >= 0 so that payments with sum zero give every coalition its claim less e."""
    from scipy.optimize import linprog

    n = rows.shape[1]
    found = linprog(
        np.r_[np.zeros(n), 1.0],
        A_ub=-np.c_[rows, np.ones(len(rows))],
        b_ub=-wanted,
        A_eq=[[*np.ones(n), 0.0]],
        b_eq=[0.0],
        bounds=[(None, None)] * n + [(0.0, None)],
    )
    return float(found.x[-1])


def _least_payments(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Payments with the smallest sum that meet the claims; received and paid parts apart."""
    from scipy.optimize import linprog

    n = rows.shape[1]
    found = linprog(
        np.ones(2 * n),
        A_ub=-np.c_[rows, -rows],
        b_ub=-wanted + 1e-9,
        A_eq=[[*np.ones(n), *-np.ones(n)]],
        b_eq=[0.0],
        bounds=[(0.0, None)] * (2 * n),
    )
    payments: np.ndarray = found.x[:n] - found.x[n:]
    return payments

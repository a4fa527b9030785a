"""Competing, partial and full cooperation between China, the United States and the EU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

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

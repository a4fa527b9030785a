"""Side payments that keep all three in full cooperation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dualcarbon.errors import unknown_name
from dualcarbon.international.cooperation.actors import ACTORS, Profile
from dualcarbon.international.cooperation.game import COMPETE, FULL, Game

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

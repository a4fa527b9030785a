"""From a rule of sharing to the nation's path: what is left of the budget, and what a run uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from dualcarbon.common.records import Record
from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.responsibility.rights.basis import Basis

CHINA = "CHN"
BUDGET = ("igcc_2024", 1.5, 0.5)
GT = 1e-3  # Mt -> Gt


class Goal(Record):
    """How much the nation may emit, and along which path.

    Attributes:
        rule: of sharing; see :data:`dualcarbon.responsibility.rights.rules.RULES`.
        source, warming, probability: budget of the world, of the table ``carbon_budgets``.
        shape: ``linear`` to zero, or ``exponential`` to zero in ``net_zero``.
        net_zero: year in which the exponential path ends.
    """

    rule: str = "equal_per_capita"
    source: str = "forster_2023"
    warming: float = 2.0
    probability: float = 0.66
    shape: Literal["linear", "exponential"] = "linear"
    net_zero: int = 2060


@dataclass(frozen=True)
class Path:
    """What a budget leaves for each year.

    Attributes:
        mt: emissions by year from the first year of the run on, Mt; those of the first year are
            what the run emits in it.
        budget_gt: the nation's budget; before_gt: emitted before the first year of the run.
        since: first year of the budget.
    """

    mt: pd.Series
    budget_gt: float
    before_gt: float
    since: int

    def at(self, year: int) -> float:
        """Mt in a year; zero once the path has ended."""
        return float(self.mt.get(year, 0.0))


def path_of(goal: Goal, now: float, first: int, *, nation: bool = True) -> Path:
    """The path that spends what is left of the nation's budget.

    ``B - emitted before - E(first)`` is spent from the year after the first on: the base year of a
    run is no choice any more. A budget that is used up leaves nothing.

    Args:
        goal: rule, budget and shape.
        now: emissions of the run in its first year, Mt.
        first: first year of the run.
        nation: whether the run is of China; an invented country stands to its budget as China
            does, in proportion to emissions.

    Raises:
        InputError: an unknown rule or budget, or a first year before the budget's.
    """
    from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
    from dualcarbon.responsibility.rights.paths import exponential, linear
    from dualcarbon.responsibility.rights.rules import share

    basis = embedded_basis()
    if first <= basis.year:
        raise InputError(f"the budget counts from {basis.year + 1}", where="years",
                         allowed=f"> {basis.year}")  # fmt: skip
    whole = remaining_budget(goal.source, goal.warming, goal.probability, basis.year)
    scale = 1.0 if nation else now * GT / _last_observed()
    budget = float(share(basis, whole, goal.rule).values[CHINA]) * scale
    before = emitted_before(basis, first, now * GT, scale)
    left, start = budget - before - now * GT, now * GT
    path = pd.Series({first: start})
    if left > 0 and start > 0:
        falls = goal.shape == "exponential" and goal.net_zero > first
        if falls and 0.002 < left / (start * (goal.net_zero - first)) < 0.998:
            more = exponential(start, left, first, net_zero=goal.net_zero)
        else:
            more = linear(start, left, first)
        path = pd.concat([path, more])
    return Path(path / GT, budget, before, basis.year + 1)


def emitted_before(basis: Basis, first: int, now: float, scale: float = 1.0) -> float:
    """Emissions between the year of the basis and the first year of a run, both left out, Gt.

    Observed where the series reaches, on a straight line from there to the run.

    Args:
        basis: its year is the last before the budget; first: first year of the run.
        now: emissions of the run in that year, Gt; scale: on what China emitted.
    """
    years = np.arange(basis.year + 1, first)
    seen = _observed() * scale
    at, values = [*seen.index, first], [*seen, now]
    known = [k for k, year in enumerate(at) if year < first or k == len(at) - 1]
    found = np.interp(years, [at[k] for k in known], [values[k] for k in known])
    return float(found.sum())


def of_the_budget(indicators: pd.DataFrame) -> pd.DataFrame:
    """CO2 of every scenario over its years against China's budget under every rule.

    Budget and use are counted over the same years: from the year after the last of the series that
    the budget is shared by. What was emitted before the first year of the run is observed, and on a
    straight line from the last observed year to the run; emissions between milestone years are on
    a straight line too. The budget is that for 1.5 degrees at even odds.

    Args:
        indicators: table of a run.

    Returns:
        scenario, rule with its titles, first_year (of the budget), last_year, before_gt (emitted
        before the run), used_gt (with it), budget_gt, share (used over budget; not a number where
        the rule leaves no budget).
    """
    from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
    from dualcarbon.responsibility.rights.rules import RULES, share

    basis = embedded_basis()
    whole = remaining_budget(*BUDGET, basis.year)
    budgets = {rule: float(share(basis, whole, rule).values[CHINA]) for rule in RULES}
    rows = []
    emitted = indicators[indicators["indicator"] == "co2_mt"]
    for scenario, table in emitted.groupby("scenario", sort=False):
        path = table.set_index("year")["value"].astype(float).sort_index()
        years = np.arange(path.index[0], path.index[-1] + 1)
        inside = float(np.interp(years, path.index.to_numpy(float), path.to_numpy()).sum()) * GT
        before = emitted_before(basis, int(years[0]), float(path.iloc[0]) * GT)
        used, since = before + inside, min(basis.year + 1, int(years[0]))
        rows += [
            (scenario, rule, RULES[rule].title_en, RULES[rule].title_zh, since, int(years[-1]),
             before, used, budget, used / budget if budget > 0 else float("nan"))
            for rule, budget in budgets.items()
        ]  # fmt: skip
    return conformed("chain_budget", pd.DataFrame(rows, columns=columns("chain_budget")))


def cap_from_budget(rule: str, years: Sequence[int], *, net_zero: int = 2060) -> dict[int, float]:
    """Path of all the nation's emissions that follows from China's budget under a rule.

    A market that covers a part of the emissions needs less: the loop takes off what the same run
    emits outside, see :func:`dualcarbon.loop.close`.

    Args:
        rule: key of :data:`dualcarbon.responsibility.rights.rules.RULES`.
        years: milestone years; net_zero: year in which the path ends.

    Returns:
        t CO2 per year, for the field ``cap`` of a carbon market that covers everything.

    Raises:
        InputError: no such rule, or a year outside the path.
    """
    from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
    from dualcarbon.responsibility.rights.paths import national_paths
    from dualcarbon.responsibility.rights.rules import share

    basis = embedded_basis()
    budgets = share(basis, remaining_budget(*BUDGET, basis.year), rule)
    path = national_paths(basis, budgets, shape="exponential", net_zero=net_zero, regions=[CHINA])
    values = path.set_index("year")["value"]
    for year in years:
        if year not in values.index:
            span = f"{values.index[0]} to {values.index[-1]}"
            raise InputError(f"{year} is outside the path", where="years", allowed=span)
    return {int(year): max(float(values[year]) * 1e9, 0.0) for year in years}


def _observed() -> pd.Series:
    """China's territorial emissions, Gt by year."""
    from dualcarbon.responsibility.history.national import territorial

    table = territorial(regions=[CHINA])
    return table.set_index("year")["value"].astype(float) * GT


def _last_observed() -> float:
    """China's emissions in the last observed year, Gt."""
    return float(_observed().iloc[-1])

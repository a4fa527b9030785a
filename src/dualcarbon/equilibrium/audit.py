"""The audits: what is counted twice, which instruments regulate whom, and what it costs a ton."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any
from warnings import warn

import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.instruments.base import Pressure
from dualcarbon.instruments.claims import JOINT
from dualcarbon.instruments.savings import group_names
from dualcarbon.instruments.tokens import worth_of_tokens
from dualcarbon.solver.solution import Solution
from dualcarbon.system.parties import seller, user
from dualcarbon.system.pools import EXPIRED

if TYPE_CHECKING:
    from dualcarbon.system.pools import Pool

__all__ = [
    "burden_table",
    "double_claim_table",
    "pair_table",
    "party_table",
    "saving_table",
    "spread_table",
    "token_table",
]


CLAIM_COLUMNS = ["first", "second", "period", "group", "mwh", "tce", "t_co2", "worth"]
NEGLIGIBLE = 1e-3


def double_claim_table(solution: Solution, package: Package) -> pd.DataFrame:
    """What two uses claimed at once, by group and period.

    ``mwh`` (renewable output) or ``tce`` (saved energy) per year, ``t_co2`` the tons that the
    carbon market credited for it, and ``worth`` what was earned a second time: the lesser of the
    worth in both uses, CNY per year.
    """
    model, instruments = solution.model, package.standing
    tons: dict[str, float] = {}
    for instrument in instruments.values():
        tons |= instrument.tons(instruments)
    parts = [
        _claimed_twice(solution, model.tokens, tons, "mwh"),
        _claimed_twice(solution, model.savings, tons, "tce"),
        *(instrument.counted_twice(solution) for instrument in instruments.values()),
    ]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=CLAIM_COLUMNS)


def _claimed_twice(
    solution: Solution, pool: Pool | None, tons: Mapping[str, float], unit: str
) -> pd.DataFrame:
    """Rows of the audit for the joint uses of a pool.

    Args:
        solution: a solved model.
        pool: tokens of renewable output or of saved energy.
        tons: t CO2 that the carbon market credits per unit of a use.
        unit: column of the amount.
    """
    rows: list[dict[str, object]] = []
    if pool is None or not pool.double:
        return pd.DataFrame(rows, columns=CLAIM_COLUMNS)
    amount, worth = solution.evaluate(1.0 * pool.tokens), worth_of_tokens(solution, pool)
    for use in pool.double:
        first, second = use.split(JOINT)
        lesser = np.minimum(worth.sel({pool.use: first}, drop=True),
                            worth.sel({pool.use: second}, drop=True)).clip(min=0.0)  # fmt: skip
        both = xr.Dataset({"amount": amount.sel({pool.use: use}, drop=True), "worth": lesser})
        table = both.transpose(pool.group, "period").to_dataframe()
        rate = max(tons.get(first, 0.0), tons.get(second, 0.0))
        for (group, period), row in table[table["amount"] > NEGLIGIBLE].iterrows():
            about = {"first": first, "second": second, "period": period, "group": group}
            found = {"mwh": 0.0, "tce": 0.0, "t_co2": row["amount"] * rate,
                     "worth": row["amount"] * row["worth"]}  # fmt: skip
            rows.append({**about, **found, unit: row["amount"]})
    return pd.DataFrame(rows, columns=CLAIM_COLUMNS)


def token_table(solution: Solution) -> pd.DataFrame:
    """Where the tokens go: group, use, period, MWh per year."""
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=["group", "use", "period", "mwh"])
    return solution.evaluate(1.0 * pool.tokens).to_series().rename("mwh").reset_index()


def saving_table(solution: Solution) -> pd.DataFrame:
    """Where saved energy goes: saver, use, period, tce per year."""
    pool = solution.model.savings
    if pool is None:
        return pd.DataFrame(columns=["saver", "use", "period", "tce"])
    tokens = solution.evaluate(1.0 * pool.tokens).to_series().rename("tce").reset_index()
    return tokens.rename(columns={"saving_use": "use"})


PARTY_COLUMNS = [
    "party",
    "kind",
    "sector",
    "bus",
    "period",
    "instruments",
    "t_co2",
    "tce",
    "marginal",
]
PAIR_COLUMNS = ["first", "second", "period", "t_co2", "tce", "worth"]
BURDEN_COLUMNS = ["party", "kind", "sector", "bus", "instrument", "period", "amount"]
REGULATED = ("user", "plant", "consumer")
BUILDERS: dict[str, Callable[[Solution, Package, Any], Pressure]] = {}
"""Pressures of instruments by key, as before version 0.3; removed in 0.4."""


def party_table(solution: Solution, package: Package) -> pd.DataFrame:
    """One row per user or plant and period.

    Columns: party, kind (``user`` or ``plant``), sector, bus, period, instruments (those that
    regulate it), t_co2 and tce per year after measures, marginal (CNY per t of direct CO2 that
    one ton less saves under all instruments together, at given output).
    """
    found = pressures(solution, package)
    parts = [_plants(solution, found)]
    if solution.model.users is not None:
        parts.append(_users(solution, found))
    return pd.concat(parts, ignore_index=True)[PARTY_COLUMNS]


def _users(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    emitted = solution.user_emissions
    about = solution.model.energy_users.table.loc[emitted.index, ["sector", "bus"]]
    owners = [str(user(s, b)) for s, b in zip(about["sector"], about["bus"], strict=True)]
    regulators = _names({k: p.users.index for k, p in found.items()}, about.index)
    about = about.assign(party=owners, kind="user", instruments=regulators)
    used = solution.of_users("fuel_tce")
    return _long(about, t_co2=emitted, tce=used, marginal=marginal_of_users(solution, found))


def _plants(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    """Plants of one owner together, their marginal cost weighted by what they emit."""
    units = solution.model.annual.units
    units = units[units["rate"] != 0]
    owner = pd.Series(
        [str(seller(c, b)) for c, b in zip(units["carrier"], units["bus"], strict=True)],
        units.index,
    )
    cost = pd.DataFrame(0.0, units.index, solution.model.periods)
    for pressure in found.values():
        cost = cost.add(pressure.plants, fill_value=0.0).loc[units.index]
    tons = solution.emissions.loc[units.index]
    emitted = tons.groupby(owner).sum()
    mean = (cost * tons).groupby(owner).sum() / emitted.where(emitted > 0)
    regulators = _names({k: p.plants.index for k, p in found.items()}, units.index)
    about = units.assign(party=owner, instruments=regulators).drop_duplicates("party")
    about = about.set_index("party", drop=False)[["party", "bus", "instruments"]]
    about = about.assign(kind="plant", sector="power")
    marginal = mean.fillna(cost.groupby(owner).mean())
    return _long(about, t_co2=emitted, tce=emitted * 0.0, marginal=marginal)


def _long(about: pd.DataFrame, *, t_co2: pd.DataFrame, **more: pd.DataFrame) -> pd.DataFrame:
    """One row per row of the tables and period, with what is known of the row."""
    rows, periods = t_co2.index, t_co2.columns
    values = {name: t.loc[rows].to_numpy().ravel() for name, t in {"t_co2": t_co2, **more}.items()}
    known = about.loc[rows].iloc[np.repeat(np.arange(len(rows)), len(periods))]
    return known.reset_index(drop=True).assign(period=np.tile(periods, len(rows)), **values)


def _names(members: dict[str, pd.Index], rows: pd.Index) -> pd.Series:
    """Keys of the instruments that regulate each row, joined by a plus sign."""
    table = pd.DataFrame({key: rows.isin(index) for key, index in members.items()}, index=rows)
    return table.apply(lambda row: "+".join(row.index[row.to_numpy(bool)]), axis=1)


def spread_table(parties: pd.DataFrame) -> pd.DataFrame:
    """Spread of marginal costs over all who emit, CNY/t: mean, deviation, lowest, highest.

    Weighted by emissions; a market that regulates everyone once has a spread of zero.
    """
    rows = []
    for period, table in parties[parties["t_co2"] > 1.0].groupby("period"):
        weight, cost = table["t_co2"].to_numpy(), table["marginal"].to_numpy()
        mean = np.average(cost, weights=weight)
        deviation = float(np.sqrt(np.average((cost - mean) ** 2, weights=weight)))
        rows.append((period, mean, deviation, cost.min(), cost.max(), weight.sum()))
    names = ["period", "mean", "deviation", "lowest", "highest", "t_co2"]
    return pd.DataFrame(rows, columns=names)


def pair_table(solution: Solution, package: Package) -> pd.DataFrame:
    """Users' tons and tce that two instruments regulate at once, and their worth a second time.

    ``worth = sum_u tons_u min(p_first, p_second)`` with both prices per ton of the user's direct
    CO2, CNY per year: what regulating the same ton a second time charges at the margin.
    """
    if solution.model.users is None:
        return pd.DataFrame(columns=PAIR_COLUMNS)
    found = pressures(solution, package)
    tons, used = solution.user_emissions, solution.of_users("fuel_tce")
    prices = {key: per_ton(pressure, solution).fillna(0.0) for key, pressure in found.items()}
    rows = []
    for first, second in combinations(found, 2):
        both = found[first].users.index.intersection(found[second].users.index)
        if not len(both):
            continue
        lesser = np.minimum(prices[first].loc[both], prices[second].loc[both])
        worth = (tons.loc[both] * lesser).sum()
        rows += [
            (first, second, period, tons.loc[both, period].sum(), used.loc[both, period].sum(),
             worth[period])
            for period in tons.columns
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=PAIR_COLUMNS)


def burden_table(settlement: pd.DataFrame, package: Package) -> pd.DataFrame:
    """What each party pays less what it receives, CNY per year, by policy instrument and period.

    Columns: party, kind (``user``, ``plant`` or ``consumer``), sector (or carrier), bus,
    instrument, period, amount (negative for who earns). Sums to zero with the parties that are
    neither: the state, funds and projects outside the model.
    """
    policies = [key for key, instrument in package.instruments.items() if instrument.policy]
    net = net_receipts(settlement[settlement["instrument"].isin(policies)])
    table = net[net["kind"].isin(REGULATED)].rename(columns={"what": "sector"})
    return table.assign(amount=-table["amount"])[BURDEN_COLUMNS].reset_index(drop=True)


def pressures(solution: Solution, package: Package) -> dict[str, Pressure]:
    """Pressure of every instrument of a package that regulates emissions or energy, by key."""
    found = {key: i.pressure(solution) for key, i in package.standing.items()}
    for key in BUILDERS.keys() & found.keys():
        warn(f"BUILDERS['{key}'] is now a method of the instrument, pressure(solution)",
             DeprecationWarning, stacklevel=2)  # fmt: skip
        found[key] = BUILDERS[key](solution, package, package.instruments[key])
    return {key: pressure for key, pressure in found.items() if pressure is not None}


def per_ton(pressure: Pressure, solution: Solution) -> pd.DataFrame:
    """Pressure on users in CNY per t of direct CO2."""
    if pressure.unit == "t":
        return pressure.users
    factor = fuel_factor(solution).loc[pressure.users.index]
    return pressure.users / factor.where(factor > 0)


def fuel_factor(solution: Solution) -> pd.DataFrame:
    """t CO2 of fuel per tce of each user before measures, rows users, columns periods."""
    quantities = solution.model.energy_users.quantities
    fuel = quantities["fuel_tce"]
    return (quantities["co2_t"] - quantities["process_co2_t"]) / fuel.where(fuel > 0)


def marginal_of_users(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    """Marginal cost of a ton of direct CO2 from fuel, CNY/t, rows users, columns periods.

    The sum over all instruments; what a saved tce earns as a token counts once, in its best use.
    """
    users = solution.model.energy_users
    total = pd.DataFrame(0.0, users.table.index, solution.model.periods)
    for pressure in found.values():
        if not pressure.of_tokens:
            total = total.add(per_ton(pressure, solution), fill_value=0.0)
    factor = fuel_factor(solution)
    saved = _best_use(solution) / factor.where(factor > 0)
    return total.add(saved.fillna(0.0)).loc[users.table.index]


def _best_use(solution: Solution) -> pd.DataFrame:
    """What one more tce saved earns its user in the best use open to it, CNY/tce.

    A joint use earns in both of its markets; rows users, columns periods.
    """
    users, pool = solution.model.energy_users, solution.model.savings
    if pool is None:
        return pd.DataFrame(0.0, users.table.index, solution.model.periods)
    worth = worth_of_tokens(solution, pool)
    best = pd.DataFrame(0.0, pool.groups.index, solution.model.periods)
    for use in pool.uses.columns.drop(EXPIRED):
        earned = worth.sel(saving_use=use).transpose("saver", "period").to_pandas()
        open_ = pool.uses[use].to_numpy()[:, None]
        best = best.where(~(open_ & (earned > best)), earned)
    group = group_names(users)
    return best.reindex(group.to_numpy()).fillna(0.0).set_axis(group.index)

"""Roads to neutrality of a region: by production, by consumption, and by both together.

With the flows ``E_pr`` of a world table (emitted in p for final use in r), direct emissions ``H``,
and the path of each region's emissions as an index ``I_p(t)``, 1 in the table's year

    production   P_r(t) = (sum_s E_rs + H_r) I_r(t)
    imported     M_r(t) = sum_{p != r} E_pr I_p(t)
    consumption  C_r(t) = (E_rr + H_r) I_r(t) + M_r(t)
    whole        W_r(t) = P_r(t) + M_r(t)

so that trade keeps the structure of the table's year and each flow falls with who emits it. An
index is observed up to the last year of the national series; then it runs straight through the
party's targets (:mod:`dualcarbon.responsibility.targets`), or follows a path that is given, such as
that of a market run, and reaches zero in the year of net zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.flows import flows
from dualcarbon.responsibility.history.national import LAST_YEAR, TERRITORIAL
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.table.checks import position
from dualcarbon.responsibility.targets import HORIZON, index_of

ROADS = ("production", "consumption", "whole")
NEARLY = 0.05


@dataclass(frozen=True)
class Roads:
    """The roads of one region.

    Attributes:
        region: which; year: of the table; observed: last year of the national series.
        paths: index year, columns ``production``, ``consumption``, ``whole``, ``imported``, Mt.
    """

    region: str
    year: int
    observed: int
    paths: pd.DataFrame

    def neutral(self) -> pd.DataFrame:
        """When each road arrives.

        Returns:
            Index road; ``level_mt`` in the last observed year; ``nearly`` and ``neutral``, the
            first years from which at most 5 % of that, and nothing, is left (missing if never
            within the horizon).
        """
        rows = {}
        for road in ROADS:
            path = self.paths[road].loc[self.observed :]
            level = float(path.iloc[0])
            rows[road] = {
                "level_mt": level,
                "nearly": _arrives(path, NEARLY * level),
                "neutral": _arrives(path, 1e-9 * level),
            }
        return pd.DataFrame(rows).T.rename_axis("road")


def roads(
    system: LeontiefSystem,
    region: str,
    *,
    given: Mapping[str, pd.Series] | None = None,
    net_zero: Mapping[str, int] | None = None,
    horizon: int = HORIZON,
) -> Roads:
    """Roads of a region on a world table.

    Args:
        system: of a table with a year and CO2; its regions need a path each.
        region: whose roads.
        given: emissions of a region by year from a source of one's own, such as a market run (any
            unit, first year in or after the observed series): their changes are followed instead
            of the party's targets up to their last year.
        net_zero: years to take instead of the parties' own.
        horizon: last year.

    Raises:
        InputError: an unknown region, a table without a year, or a region without a path.
    """
    table = system.table
    at = position("region", region, table.regions)
    if not table.year:
        raise InputError("the table has no year", where=table.name)
    found = flows(system).matrix.to_numpy()
    own_paths, zeros = dict(given or {}), dict(net_zero or {})
    for name in (*own_paths, *zeros):
        position("region", name, table.regions)
    index = pd.DataFrame(
        {
            r: index_of(
                r, table.year, given=own_paths.get(r), net_zero=zeros.get(r), horizon=horizon,
                others=table.regions,
            )
            for r in table.regions
        }
    )  # fmt: skip
    direct = float(table.F_Y[0, at])
    home = index[region]
    others = [r for r in table.regions if r != region]
    rest = np.delete(found[:, at], at)
    imported = index[others] @ rest
    production = (found[at].sum() + direct) * home
    paths = pd.DataFrame(
        {
            "production": production,
            "consumption": (found[at, at] + direct) * home + imported,
            "whole": production + imported,
            "imported": imported,
        }
    )
    return Roads(region, table.year, LAST_YEAR[TERRITORIAL], paths)


def _arrives(path: pd.Series, level: float) -> float:
    """The first year from which a path stays at or below a level."""
    above = path.index[path > level]
    if not len(above):
        return float(path.index[0])
    after = int(above[-1]) + 1
    return float(after) if after <= int(path.index[-1]) else float("nan")


def of_run(
    tables: Mapping[str, pd.DataFrame], scenario: str | None = None
) -> tuple[str, pd.Series]:
    """The CO2 of all sectors of a market run by year, Mt, and the scenario's name.

    Args:
        tables: of the run; scenario: by default its first.

    Raises:
        InputError: the run has no such figures or scenario.
    """
    table = tables.get("indicators")
    rows = table[table["indicator"] == "co2_mt"] if table is not None else pd.DataFrame()
    if rows.empty:
        raise InputError("the run has no CO2 of all sectors by year")
    name = str(rows["scenario"].iloc[0]) if scenario is None else scenario
    if name not in set(rows["scenario"]):
        raise unknown_name("scenario", name, dict.fromkeys(rows["scenario"]))
    mine = rows[rows["scenario"] == name].dropna(subset=["value"])
    return name, mine.set_index("year")["value"].astype(float).sort_index()

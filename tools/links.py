"""Inter-provincial lines, and the planned annual flows that fit the provinces' net exports."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tools.balance import net_export
from tools.common import PIK, inputs, province_names

EARTH_KM = 6371.0
MOST_USE = 0.9  # largest share of a line's annual energy that is planned
OLD_LINES = 2022


@cache
def lines(raw: Path) -> pd.DataFrame:
    """Return all lines with capacity in MW, year of operation, source and length in km."""
    table = pd.read_csv(raw / "policy" / "interprovincial_links_MW_PIK.csv")
    table = table[~((table["from"] == "Guangdong") & (table["to"] == "Hebei"))]
    table = table.rename(columns={"MW": "mw"})
    table = table.assign(online_year=OLD_LINES, source=f"{PIK}, lines of about 2020-22", grade="B")
    table = pd.concat([table, inputs("link_changes")], ignore_index=True)
    places = inputs("regions").set_index("province")
    table["km"] = [_distance(places.loc[a], places.loc[b]) for a, b in table[["from", "to"]].values]
    return table.sort_values(["from", "to", "online_year"], ignore_index=True)


def _distance(one: pd.Series, other: pd.Series) -> float:
    """Return the great-circle distance in km (haversine)."""
    lat, lon = np.radians([one["lat"], other["lat"]]), np.radians([one["lon"], other["lon"]])
    arc = (
        np.sin((lat[1] - lat[0]) / 2) ** 2
        + np.cos(lat[0]) * np.cos(lat[1]) * np.sin((lon[1] - lon[0]) / 2) ** 2
    )
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(arc)))


@cache
def planned(raw: Path) -> pd.Series:
    """Return planned flows of 2024 in TWh, positive from -> to.

    Of all flows f that deliver the net exports b, the one of least squares:

        minimise   sum of f_l^2 / c_l
        subject to K f = b,   |f_l| <= 0.9 * 8760 h * c_l

    with K the incidence matrix and c the capacities of lines in operation in 2024. Lines at their
    bound are fixed there and the rest solved again.
    """
    table = lines(raw)
    running = table[table["online_year"] <= 2024]
    names = province_names()
    incidence = np.zeros((len(names), len(running)))
    for column, (a, b) in enumerate(running[["from", "to"]].values):
        incidence[names.index(a), column], incidence[names.index(b), column] = 1.0, -1.0
    capacity = running["mw"].to_numpy() / 1e6
    flow = _least_squares(incidence, net_export(raw).to_numpy(), capacity)
    return pd.Series(flow, index=running.index).reindex(table.index).fillna(0.0)


def _least_squares(incidence: np.ndarray, export: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    most = MOST_USE * 8760 * capacity
    fixed = np.zeros(len(capacity), dtype=bool)
    flow = np.zeros(len(capacity))
    for _ in range(len(capacity)):
        free = ~fixed
        rest = export - incidence[:, fixed] @ flow[fixed]
        weighted = incidence[:, free] * capacity[free]
        potential = np.linalg.lstsq(weighted @ incidence[:, free].T, rest, rcond=None)[0]
        flow[free] = weighted.T @ potential
        over = free & (np.abs(flow) > most + 1e-9)
        if not over.any():
            break
        worst = np.argmax(np.where(over, np.abs(flow) / most, 0.0))
        flow[worst], fixed[worst] = np.sign(flow[worst]) * most[worst], True
    if np.abs(incidence @ flow - export).max() > 1e-6 * np.abs(export).max() + 1e-3:
        raise ValueError("the planned flows do not deliver the net exports of 2024")
    return flow

"""Carbon traced over the flows of electricity between places, by proportional sharing.

What a place sends on has the mix of all that it generates and receives (Bialek 1996, IEE
Proceedings 143(4): 313-320). With generation ``G``, its emissions ``E`` and flows ``T`` (what is
sent, so that losses on the way stand with the receiver)

    x_j = G_j + sum_i T_ij            what passes through
    e_j x_j = E_j + sum_i e_i T_ij    intensity of the mix
    C_j = e_j (x_j - sum_k T_jk)      what is used there

and ``sum C = sum E``. Provinces of China: Qu, Liang and Xu (2017), Applied Energy 191: 1-9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError

POWER = "power"
TOLERANCE = 1e-6
"""How much more than it has a place may send, as a share of what passes through: rounding."""


@dataclass(frozen=True)
class Traced:
    """Emissions of electricity by where they arise and where the electricity is used.

    Attributes:
        table: index place; ``generation``, ``used`` (energy), ``production``, ``consumption``
            (emissions), ``intensity`` (of what is used).
        flows: rows where it is emitted, columns where it is used; the diagonal is home use.
    """

    table: pd.DataFrame
    flows: pd.DataFrame


def traced(generation: pd.Series, emissions: pd.Series, flows: pd.DataFrame) -> Traced:
    """Trace the emissions of electricity to where it is used.

    Args:
        generation: energy by place, zero or more; storage left out.
        emissions: of that generation, by place.
        flows: columns ``from``, ``to``, ``value`` (energy sent, zero or more); several rows of a
            pair are added.

    Returns:
        ``table`` and ``flows``, in the units given.

    Raises:
        InputError: a place that is not known, a figure that is negative or none, or a place that
            sends more than it generates and receives.
    """
    places = [str(place) for place in generation.index]
    energy, emitted = (_figures(s, places, w) for s, w in
                       ((generation, "generation"), (emissions, "emissions")))  # fmt: skip
    sent = _matrix(flows, places)
    through, out = energy + sent.sum(axis=0), sent.sum(axis=1)
    used = through - out
    short = used < -TOLERANCE * np.maximum(through, 1.0)
    if short.any():
        at = int(np.argmax(short))
        raise InputError(
            f"sends {out[at]:.6g}, but generates and receives {through[at]:.6g}",
            where=f"flows of '{places[at]}'",
        )
    passing = np.where(through > 0, through, 1.0)
    mixes = np.linalg.solve(np.diag(passing) - sent.T, np.diag(emitted))  # (place, origin)
    traced_to = mixes * used[:, None]
    idle = through <= 0  # what no electricity carries stays where it arises
    traced_to[idle, idle] = emitted[idle]
    consumed = traced_to.sum(axis=1)
    table = pd.DataFrame(
        {
            "generation": energy,
            "used": used,
            "production": emitted,
            "consumption": consumed,
            "intensity": np.where(idle, 0.0, mixes.sum(axis=1)),
        },
        index=pd.Index(places, name="place"),
    )
    return Traced(table, pd.DataFrame(traced_to.T, index=places, columns=places))


def of_tables(generation: pd.DataFrame, emissions: pd.DataFrame, flows: pd.DataFrame) -> Traced:
    """Trace one year of one scenario from the tables of a run, TWh and Mt.

    Args:
        generation: province, carrier, twh (without storage); emissions: province, sector, mt, of
            which sector ``power`` counts; flows: from, to, twh.

    Raises:
        InputError: see :func:`traced`.
    """
    power = emissions[emissions["sector"] == POWER].groupby("province", sort=False)["mt"].sum()
    energy = generation.groupby("province", sort=False)["twh"].sum().clip(lower=0.0)
    places = list(dict.fromkeys([*energy.index, *power.index, *flows["from"], *flows["to"]]))
    sent = flows.rename(columns={"twh": "value"})
    return traced(energy.reindex(places).fillna(0.0), power, sent)


def tabled(found: Traced) -> pd.DataFrame:
    """What was traced in TWh and Mt, in the columns of the table ``electricity_carbon``."""
    names = {"place": "province", "generation": "generation_twh", "used": "used_twh"}
    names |= {"production": "production_mt", "consumption": "consumption_mt"}
    table = found.table.reset_index().rename(columns={**names, "intensity": "t_per_mwh"})
    return table.assign(balance_mt=table["consumption_mt"] - table["production_mt"])


def _figures(values: pd.Series, places: list[str], what: str) -> np.ndarray:
    named = values.set_axis([str(place) for place in values.index])
    for place in named.index:
        if place not in places:
            raise InputError(f"unknown place '{place}'", where=what, allowed=places)
    found = named.reindex(places).fillna(0.0) if what == "emissions" else named.reindex(places)
    figures = found.to_numpy(dtype=float)
    wrong = ~(np.isfinite(figures) & (figures >= 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise InputError(f"{figures[at]} is not zero or more", where=f"{what} of '{places[at]}'")
    return figures


def _matrix(flows: pd.DataFrame, places: list[str]) -> np.ndarray:
    at = {place: number for number, place in enumerate(places)}
    sent = np.zeros((len(places), len(places)))
    for row in flows[["from", "to", "value"]].itertuples(index=False):
        ends = [str(row[0]), str(row[1])]
        for place in ends:
            if place not in at:
                raise InputError(f"unknown place '{place}'", where="flows", allowed=places)
        if not (np.isfinite(row[2]) and row[2] >= 0):
            raise InputError(f"{row[2]} is not zero or more", where=f"flow {' to '.join(ends)}")
        if ends[0] != ends[1]:
            sent[at[ends[0]], at[ends[1]]] += row[2]
    return sent

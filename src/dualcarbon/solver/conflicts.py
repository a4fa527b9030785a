"""Why a package is infeasible: the instruments whose rows cannot be met together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from dualcarbon.solver.highs import Infeasible, PersistentHighs
from dualcarbon.solver.program import PhysicalBlock, Program, assemble, package_numbers
from dualcarbon.system.blocks import place
from dualcarbon.system.model import PolicyModel

PENALTY = 1.0
SHORT = 1e-6


@dataclass(frozen=True)
class Conflict:
    """Rows that an elastic solve had to break.

    Attributes:
        instruments: keys of the instruments whose rows are broken or that force them.
        rows: block, label and shortfall (user units) of each broken row.
    """

    instruments: list[str]
    rows: pd.DataFrame

    def message(self) -> str:
        """One sentence naming the conflict, with the shortfalls."""
        if self.rows.empty:
            return "the power system itself is infeasible: demand cannot be met without any policy"
        worst = "; ".join(
            f"{r.row} {r.label}: short by {r.shortfall:.4g}" for r in self.rows.head(5).itertuples()
        )
        return f"no outcome meets all of {', '.join(self.instruments)}: {worst}"


def conflicting_instruments(model: PolicyModel, physical: PhysicalBlock) -> Conflict:
    """Find a minimal set of instruments in conflict, and what they lack.

    Each instrument is relaxed in turn (elastic rows): an instrument stays in the set when the
    rest cannot be met without relaxing it (a deletion filter over instruments). The shortfall
    is the least total violation of the policy rows.
    """
    program = assemble(model.linopy, physical, package_numbers(model))
    owner = row_owner(model, program)
    needed = sorted(set(owner[owner != ""]))
    for key in list(needed):
        rest = [k for k in needed if k != key]
        if not feasible(program, np.isin(owner, rest) | (owner == "")):
            needed = rest
    return Conflict(needed, shortfalls(model, program, owner, needed))


def row_owner(model: PolicyModel, program: Program) -> np.ndarray:
    """Key of the instrument that each row belongs to.

    Empty for physical rows and for the conservation of tokens, which no policy can relax.
    """
    owner = np.full(program.shape[0], "", dtype=object)
    for name in model.active_rows:
        instrument = model.rows[name].instrument
        if instrument in model.instruments:
            block = model.row_blocks.block(name)
            labels = model.linopy.constraints[block].labels.to_numpy().ravel()
            owner[np.isin(program.row_label, labels)] = instrument
    return owner


def feasible(program: Program, keep: np.ndarray) -> bool:
    """Whether the rows marked can be met together."""
    relaxed = replace(
        program,
        cost=np.zeros_like(program.cost),
        row_lower=np.where(keep, program.row_lower, -np.inf),
        row_upper=np.where(keep, program.row_upper, np.inf),
    )
    highs = PersistentHighs()
    highs.load(relaxed)
    try:
        highs.solve(warm=False)
    except Infeasible:
        return False
    return True


def shortfalls(
    model: PolicyModel, program: Program, owner: np.ndarray, instruments: list[str]
) -> pd.DataFrame:
    """Least violation of the rows of the instruments, by row, in user units."""
    rows = np.flatnonzero(np.isin(owner, instruments))
    if not len(rows):
        return pd.DataFrame(columns=["row", "label", "shortfall"])
    others = np.isin(owner, [*instruments, ""])
    count, columns = len(rows), program.shape[1]
    place = (np.ones(count), (rows, np.arange(count)))
    extra = sp.csr_array(place, shape=(program.shape[0], count))
    elastic = Program(
        A=sp.hstack([program.A, extra, -extra], format="csr"),
        cost=np.concatenate([np.zeros(columns), np.full(2 * count, PENALTY)]),
        lower=np.concatenate([program.lower, np.zeros(2 * count)]),
        upper=np.concatenate([program.upper, np.full(2 * count, np.inf)]),
        row_lower=np.where(others, program.row_lower, -np.inf),
        row_upper=np.where(others, program.row_upper, np.inf),
        column_scale=np.concatenate([program.column_scale, np.ones(2 * count)]),
        row_scale=program.row_scale,
        row_label=program.row_label,
        column_label=np.arange(columns + 2 * count),
    )
    highs = PersistentHighs()
    highs.load(elastic)
    try:
        raw = highs.solve(warm=False)
    except Infeasible:
        return pd.DataFrame(columns=["row", "label", "shortfall"])
    broken = raw.x[columns : columns + count] + raw.x[columns + count :]
    found = [
        (*named(model, int(program.row_label[row])), amount / program.row_scale[row])
        for row, amount in zip(rows, broken, strict=True)
        if amount > SHORT
    ]
    table = pd.DataFrame(found, columns=["row", "label", "shortfall"])
    return table.sort_values("shortfall", ascending=False, ignore_index=True)


def named(model: PolicyModel, label: int) -> tuple[str, str]:
    """Block name and coordinates of a row label."""
    name, coordinates = place(model.linopy.constraints, label)
    return name, ", ".join(str(v) for v in coordinates.values())

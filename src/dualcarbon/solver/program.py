"""The numbers of the linear program: folded, scaled, and mapped back to the labelled model.

PyPSA writes the bounds of fixed assets as rows. A row with a single variable is a bound, so it
is folded into the variable; what is left has a tenth of the rows, and a warm dual simplex starts
from a far smaller basis. Rows and columns are scaled to GW, TWh, Mt and million CNY.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import linopy
import numpy as np
import scipy.sparse as sp

from dualcarbon.system.model import PolicyModel
from dualcarbon.system.network import priced_rows

POWER_SCALE = 1e3  # columns in MW or MWh of storage -> GW, GWh
ANNUAL_SCALE = 1e6  # columns in MWh or t per year -> TWh, Mt
OBJECTIVE_SCALE = 1e6  # CNY -> million CNY
PYPSA_BLOCKS = {"Generator", "Link", "StorageUnit", "Store", "Line", "Transformer", "Bus"}


@dataclass
class Program:
    """min c'x, row_lower <= A x <= row_upper, lower <= x <= upper, in scaled units.

    Attributes:
        A: constraint matrix without single-variable rows, CSR.
        cost, lower, upper: by column.
        row_lower, row_upper: by row.
        column_scale: user units per scaled unit of each column.
        row_scale: scaled row = row_scale * user row.
        row_label, column_label: linopy labels.
        folded: True for each linopy row that was folded into a bound.
    """

    A: sp.csr_array
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    column_scale: np.ndarray
    row_scale: np.ndarray
    row_label: np.ndarray
    column_label: np.ndarray

    def moved(self, row: int, step: float, x: np.ndarray) -> tuple[Program, float]:
        """Program with one right-hand side moved by a share of the row's size, and the step.

        Rows where nothing happens are taken to have size one, else the step would drown in the
        solver's tolerance.
        """
        at = slice(self.A.indptr[row], self.A.indptr[row + 1])
        size = float(np.abs(self.A.data[at] * x[self.A.indices[at]]).max(initial=0.0))
        delta = step * max(size, 1.0)
        lower, upper = self.row_lower.copy(), self.row_upper.copy()
        lower[row] += delta
        upper[row] += delta
        return replace(self, row_lower=lower, row_upper=upper), delta

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.A.shape


def column_scales(m: linopy.Model) -> np.ndarray:
    """Scale of each active column: power variables in GW, annual variables in TWh or Mt."""
    parts = []
    for name, variable in m.variables.items():
        active = int((variable.labels.to_numpy().ravel() != -1).sum())
        parts.append(np.full(active, POWER_SCALE if is_power(name) else ANNUAL_SCALE))
    return np.concatenate(parts) if parts else np.array([])


def is_power(name: str) -> bool:
    """Whether a block holds MW or MWh of storage (PyPSA's own), not a yearly amount."""
    return name.split("-")[0] in PYPSA_BLOCKS or name.endswith("-band")


@dataclass(frozen=True)
class PhysicalBlock:
    """The rows that no policy touches, folded once, in the model's variables of that time.

    Attributes:
        A: rows over the first columns of every later program.
        row_lower, row_upper, row_label: of the rows that were kept.
        lower, upper: bounds of those columns after folding.
        cost: PyPSA's own objective, CNY per user unit.
    """

    A: sp.csr_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    row_label: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    cost: np.ndarray


def physical_block(m: linopy.Model) -> PhysicalBlock:
    """Fold the bounds that PyPSA wrote as rows; call before any policy is attached.

    Power balances and the network's own limits stay rows even where one plant alone is in them:
    their duals are prices.
    """
    matrices = m.matrices
    A = sp.csr_array(matrices.A)
    low, up = row_bounds(matrices.sense, matrices.b)
    lower, upper = matrices.lb.copy(), matrices.ub.copy()
    priced = [m.constraints[name].labels.to_numpy().ravel() for name in priced_rows(m)]
    single = (np.diff(A.indptr) == 1) & ~np.isin(matrices.clabels, np.concatenate(priced))
    fold_bounds(A, low, up, single, lower, upper)
    keep = np.flatnonzero(~single)
    return PhysicalBlock(
        A[keep], low[keep], up[keep], matrices.clabels[keep], lower, upper, matrices.c
    )


def assemble(m: linopy.Model, physical: PhysicalBlock, package: PackageNumbers) -> Program:
    """Join the physical rows with the rows, bounds and costs of a package."""
    scale = column_scales(m)
    A = sp.vstack([_widened(physical.A, len(scale)), package.A], format="csr")
    scaled = sp.csr_array(A @ sp.diags_array(scale))
    factor = row_scales(scaled)
    lower, upper = package.lower, package.upper
    lower[: len(physical.lower)] = physical.lower
    upper[: len(physical.upper)] = physical.upper
    cost = package.cost
    cost[: len(physical.cost)] += physical.cost
    return Program(
        A=sp.csr_array(sp.diags_array(factor) @ scaled),
        cost=cost * scale / OBJECTIVE_SCALE,
        lower=lower / scale,
        upper=upper / scale,
        row_lower=np.concatenate([physical.row_lower, package.row_lower]) * factor,
        row_upper=np.concatenate([physical.row_upper, package.row_upper]) * factor,
        column_scale=scale,
        row_scale=factor,
        row_label=np.concatenate([physical.row_label, package.row_label]),
        column_label=m.variables.label_index.vlabels,
    )


def _widened(A: sp.csr_array, columns: int) -> sp.csr_array:
    return sp.csr_array((A.data, A.indices, A.indptr), shape=(A.shape[0], columns))


@dataclass(frozen=True)
class PackageNumbers:
    """Rows of all policy blocks, and bounds and costs of all columns, in user units.

    Blocks that the present package does not use are switched off: rows without bounds,
    columns fixed at zero. They stay in place so that the basis of the last solve fits.
    """

    A: sp.csr_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    row_label: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    cost: np.ndarray


def package_numbers(model: PolicyModel) -> PackageNumbers:
    """Read the policy blocks of a model as numbers."""
    m = model.linopy
    index = m.variables.label_index
    always = model.definitions
    active = always | {model.row_blocks.block(name) for name in model.active_rows}
    policy = [block for versions in model.row_blocks.versions.values() for block in versions]
    blocks = [_row_block(m, n, index, n in active) for n in [*sorted(always), *policy]]
    empty = sp.csr_array((0, index.n_active_vars))
    lower, upper = _column_bounds(model)
    return PackageNumbers(
        A=sp.vstack([empty, *(b[0] for b in blocks)], format="csr"),
        row_lower=np.concatenate([np.array([]), *(b[1] for b in blocks)]),
        row_upper=np.concatenate([np.array([]), *(b[2] for b in blocks)]),
        row_label=np.concatenate([np.array([], int), *(b[3] for b in blocks)]),
        lower=lower,
        upper=upper,
        cost=_policy_cost(model),
    )


def _row_block(
    m: linopy.Model, name: str, index: Any, active: bool
) -> tuple[sp.csr_array, np.ndarray, np.ndarray, np.ndarray]:
    A, labels, rhs, sense = m.constraints[name].to_matrix_with_rhs(index)
    low, up = row_bounds(sense, rhs)
    if not active:
        low, up = np.full_like(low, -np.inf), np.full_like(up, np.inf)
    return sp.csr_array(A), low, up, labels


def _column_bounds(model: PolicyModel) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = [], []
    active = {model.variable_blocks.block(name) for name in model.active_variables}
    policy = {block for versions in model.variable_blocks.versions.values() for block in versions}
    for name, variable in model.linopy.variables.items():
        at = variable.labels.to_numpy().ravel() != -1
        off = name in policy and name not in active
        zero = np.zeros(int(at.sum()))
        lower.append(zero if off else variable.lower.to_numpy().ravel()[at])
        upper.append(zero if off else variable.upper.to_numpy().ravel()[at])
    return np.concatenate(lower).astype(float), np.concatenate(upper).astype(float)


def _policy_cost(model: PolicyModel) -> np.ndarray:
    index = model.linopy.variables.label_index
    cost = np.zeros(index.n_active_vars)
    for _kind, expression in model.yearly_costs.values():
        labels = expression.vars.to_numpy().ravel()
        weighted = (expression.coeffs * model.period_weight).transpose(*expression.vars.dims)
        used = labels >= 0
        at = index.label_to_pos[labels[used]]
        np.add.at(cost, at, weighted.to_numpy().ravel()[used])
    return cost


def row_bounds(sense: np.ndarray, rhs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds of rows with senses '<', '>', '='."""
    first = np.array([str(s)[0] for s in sense])
    return (np.where(first == "<", -np.inf, rhs), np.where(first == ">", np.inf, rhs))


def fold_bounds(
    A: sp.csr_array,
    low: np.ndarray,
    up: np.ndarray,
    single: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
) -> None:
    """Tighten the bounds of columns by the rows that hold only them."""
    rows = np.flatnonzero(single)
    columns = A.indices[A.indptr[rows]]
    coefficient = A.data[A.indptr[rows]]
    a, b = low[rows] / coefficient, up[rows] / coefficient
    smallest, largest = np.where(coefficient > 0, a, b), np.where(coefficient > 0, b, a)
    np.maximum.at(lower, columns, smallest)
    np.minimum.at(upper, columns, largest)


def row_scales(A: sp.csr_array) -> np.ndarray:
    """Powers of two that bring the largest coefficient of each row near one."""
    largest = np.zeros(A.shape[0])
    np.maximum.at(largest, np.repeat(np.arange(A.shape[0]), np.diff(A.indptr)), np.abs(A.data))
    largest[largest == 0] = 1.0
    return np.exp2(-np.round(np.log2(largest)))

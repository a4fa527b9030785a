"""What every table builder shares: paths, the table type with its columns, readers and writers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT.parent / "shared" / "data"
TABLES = ROOT / "src" / "dualcarbon" / "datasets" / "tables"
INPUTS = Path(__file__).resolve().parent / "inputs"

# Licences and sources that many columns share.
FACT = "fact, free to use with its source"
OWN = "own work, licence of this package"
CC_BY = "CC BY 4.0"
MIT = "MIT"
NBS = "National Bureau of Statistics (NBS)"
NEA = "National Energy Administration (NEA)"
CEC = "China Electricity Council (CEC)"
GEM = "Global Energy Monitor, Global Coal Plant Tracker, July 2024"
PIK = "PyPSA-China (PIK), github.com/pik-piam/PyPSA-China-PIK"
LABEL = "key"


@dataclass(frozen=True)
class Column:
    """Unit, origin and quality of one column of a table."""

    name: str
    unit: str
    source: str
    grade: str
    year: str = ""
    licence: str = FACT
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A finished table and the description of each of its columns."""

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        described = [c.name for c in self.columns]
        if described != list(self.frame.columns):
            raise ValueError(f"{self.name}: columns {list(self.frame.columns)} != {described}")


def own(name: str, unit: str = LABEL, note: str = "") -> Column:
    """Describe a column that the package itself defines: a key, a label, a colour."""
    return Column(name, unit, "this package", "A", licence=OWN, note=note)


def inputs(name: str) -> pd.DataFrame:
    """Read one small table of looked-up figures from ``tools/inputs``."""
    text = (INPUTS / f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return pd.read_csv(StringIO("\n".join(lines)))


def province_names() -> list[str]:
    """Return the 31 province keys in the order of their GB/T 2260 codes."""
    return inputs("regions").sort_values("code")["province"].tolist()


def by_province(values: pd.Series, fill: float = 0.0) -> pd.Series:
    """Order a province-indexed series by the province keys; absent provinces get ``fill``."""
    keys = {name.replace(" ", ""): value for name, value in values.items()}
    return pd.Series(keys, dtype=float).reindex(province_names()).fillna(fill)


def scaled(values: pd.Series, total: float) -> pd.Series:
    """Scale a non-negative series so that it sums to ``total``."""
    return values * (total / values.sum())


def rounded(values: pd.Series, digits: int, total: float | None = None) -> pd.Series:
    """Round a series and put the rounding rest into its largest entry, so the sum stays exact."""
    result = values.round(digits)
    if total is not None:
        largest = result.idxmax()
        result[largest] = round(float(result[largest] + total - result.sum()), digits)
    return result


def balance_margins(
    seed: pd.DataFrame, rows: pd.Series, columns: pd.Series, steps: int = 2000
) -> pd.DataFrame:
    """Fit a non-negative table to given row and column sums (iterative proportional fitting).

    Args:
        seed: first guess; a zero stays a zero.
        rows: wanted row sums, same index as ``seed``.
        columns: wanted column sums, indexed by the columns of ``seed``.
        steps: most passes over rows and columns.

    Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11(4).
    """
    table = seed.to_numpy(dtype=float)
    row_sums, column_sums = rows.to_numpy(dtype=float), columns[seed.columns].to_numpy(dtype=float)
    for _ in range(steps):
        table = table * _ratio(row_sums, table.sum(axis=1))[:, None]
        table = table * _ratio(column_sums, table.sum(axis=0))[None, :]
        if np.abs(table.sum(axis=1) - row_sums).max() < 1e-9 * row_sums.sum():
            break
    return pd.DataFrame(table, index=seed.index, columns=seed.columns)


def _ratio(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def stacked(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join frames below one another with a fresh index."""
    return pd.concat(list(frames), ignore_index=True)

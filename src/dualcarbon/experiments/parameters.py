"""Parameters of the experiments: every figure with unit, year, source and grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common import documents

FILE = Path(__file__).parent / "parameters.yaml"
ASSUMPTIONS = ("value", "unit", "year", "grade", "source", "note_en", "note_zh")
Parameters = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Published:
    """What others found: a range in percent, and what the percentage is a share of."""

    low: float
    high: float
    base: str


@cache
def parameters(file: Path = FILE) -> Parameters:
    """All parameters of a file with their description."""
    return MappingProxyType(documents.read(file))


def parameter(name: str, file: Path = FILE) -> Any:
    """Value of a parameter."""
    return parameters(file)[name]["value"]


def published(name: str) -> Published:
    """The published range of an experiment and its base."""
    entry = parameters()[f"{name}.published"]
    low, high = entry["value"]
    return Published(float(low), float(high), str(entry["base"]))


def grid_factor(item: str, year: int) -> float:
    """Official emission factor of grid power, t CO2 per MWh, from the table ``statistics``.

    Args:
        item: ``grid_factor`` or ``grid_factor_residual``.
        year: of the factor.
    """
    table = datasets.load("statistics")
    row = table[(table["item"] == item) & (table["year"] == year)]
    return float(row["value"].iloc[0])


def assumptions(prefix: str, file: Path = FILE) -> pd.DataFrame:
    """Parameters as rows of the run's assumptions, those whose name starts with a prefix."""
    rows = [
        {"name": name, **{key: entry[key] for key in ASSUMPTIONS}}
        for name, entry in parameters(file).items()
        if name.startswith(prefix)
    ]
    table = pd.DataFrame(rows, columns=["name", *ASSUMPTIONS])
    return table.assign(value=table["value"].map(_text)).astype(str)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{value}"

"""Project files: YAML, CSV or xlsx with keys and values, or with a cash flow, and its measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.cashflow import Irr, check_rate, discounts, irr, npv, payback
from dualcarbon.common.documents import read
from dualcarbon.common.sheets import EMPTY, read_sheet
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.finance.project import Project

ENDINGS = (".yaml", ".yml", ".csv", ".xlsx")
FLOW_COLUMNS = ("year", "cash_flow", "cost", "output_mwh", "abated_t")


@dataclass(frozen=True)
class FlowFile:
    """A cash flow that was given as it is.

    Attributes:
        name: the file's name.
        flows: columns cash_flow (million) and, where given, year, cost (million), output_mwh,
            abated_t.
    """

    name: str
    flows: pd.DataFrame


def read_project(path: str | Path) -> Project | FlowFile:
    """Read a project file.

    YAML holds the fields of :class:`Project`. CSV and xlsx hold either two columns ``key`` and
    ``value``, with dots into nested fields and numbers into lists (``loans.1.share``), or a row
    per year with a column ``cash_flow``.

    Raises:
        InputError: a file that cannot be read, a missing or unknown key, a cell that is no number.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise unknown_name("kind of file", path.suffix, ENDINGS, where=str(path))
    if path.suffix.lower() in (".yaml", ".yml"):
        return parse_project(read(path), str(path))
    table = read_sheet(path)
    if "cash_flow" in table.columns:
        return FlowFile(path.stem, _flows(table, path))
    if {"key", "value"} <= set(table.columns):
        return parse_project(_nested(table, path), str(path))
    raise InputError(
        "needs a column 'cash_flow', or columns 'key' and 'value'",
        where=str(path),
        allowed=[*FLOW_COLUMNS, "key", "value"],
    )


def parse_project(document: Mapping[str, Any], where: str) -> Project:
    """A project from a mapping.

    Raises:
        InputError: see :func:`read_project`; the message names the file.
    """
    try:
        return Project(**{str(key): value for key, value in document.items()})
    except InputError as error:
        raise error.within(where) from error


def _flows(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The known columns as numbers."""
    found = [name for name in FLOW_COLUMNS if name in table.columns]
    numbers = {}
    for name in found:
        values = pd.to_numeric(table[name], errors="coerce")
        wrong = values.isna() | values.abs().eq(float("inf"))
        if wrong.any():
            row = int(wrong.idxmax())
            raise InputError(
                f"'{table[name].iloc[row]}' is not a number",
                where=f"{path}, row {row + 2}, column {name}",
            )
        numbers[name] = values.astype(float)
    if table.empty:
        raise InputError("holds no cash flow", where=str(path))
    return pd.DataFrame(numbers)


def _nested(table: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Keys with dots as nested mappings; parts that are whole numbers count from one in lists."""
    document: dict[str, Any] = {}
    for row, (key, value) in enumerate(zip(table["key"], table["value"], strict=True), start=2):
        if EMPTY in (key, value):
            raise InputError("empty cell", where=f"{path}, row {row}")
        place = document
        *parents, last = str(key).strip().split(".")
        for part in parents:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise InputError(f"key '{key}' runs into a value", where=f"{path}, row {row}")
        if last in place:
            raise InputError(f"'{key}' stands twice", where=f"{path}, row {row}")
        place[last] = _cell(value)
    return {key: _as_lists(value) for key, value in document.items()}


def _as_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_lists(v) for key, v in value.items()}
    if inner and all(str(key).isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _cell(value: object) -> object:
    """A cell as number where it is one."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value.strip()
    return int(number) if number.is_integer() else number


@dataclass(frozen=True)
class FlowMeasures:
    """Measures of a plain cash flow; lcoe and cost per tonne only where their columns are given."""

    irr: Irr
    npv: float
    payback: float
    discounted_payback: float
    lcoe: float | None
    cost_per_t: float | None


def measure(file: FlowFile, rate: float) -> FlowMeasures:
    """Measure a cash flow.

    Args:
        file: the flow; ``cost`` and ``output_mwh`` give the levelised cost, ``cost`` and
            ``abated_t`` the cost per tonne, both over discounted quantities.
        rate: discount rate.
    """
    check_rate(rate)
    flows = file.flows["cash_flow"].tolist()
    return FlowMeasures(
        irr(flows),
        npv(flows, rate),
        payback(flows),
        payback(flows, rate),
        _per(file.flows, "output_mwh", rate),
        _per(file.flows, "abated_t", rate),
    )


def _per(table: pd.DataFrame, quantity: str, rate: float) -> float | None:
    if not {"cost", quantity} <= set(table.columns):
        return None
    factors = discounts(len(table), rate)
    total = float(table[quantity].to_numpy() @ factors)
    if total <= 0.0:
        raise InputError("sums to nothing", where=quantity)
    return float(table["cost"].to_numpy() @ factors) * 1e6 / total

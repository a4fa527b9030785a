"""Measures of a cash flow that was given year by year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dualcarbon.common.cashflow import Irr, check_rate, discounts, irr, npv, payback
from dualcarbon.errors import InputError
from dualcarbon.international.finance.files import FlowFile


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

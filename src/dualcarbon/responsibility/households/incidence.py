"""Who pays a tiered carbon tax, and who gains when its revenue comes back per head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.households.groups import IncomeGroups
from dualcarbon.responsibility.households.inequality import concentration, gini, suits
from dualcarbon.responsibility.households.tax import TieredTax


@dataclass(frozen=True, eq=False)
class Incidence:
    """What a tax does to each group.

    Attributes:
        table: rows groups; columns ``people``, ``per_head`` (t), ``payment``, ``dividend``,
            ``net`` (dividend less payment) in currency per head, ``average_rate`` (per t),
            ``net_total`` (currency), and ``share_of_income`` where incomes are known.
        revenue: sum of all payments; returned: sum of all dividends.
        gini: of emissions per head; concentration: of payments in the order of the groups;
            suits: of the tax, None without incomes or revenue.
        currency: of all money.
    """

    table: pd.DataFrame
    revenue: float
    returned: float
    gini: float
    concentration: float | None
    suits: float | None
    currency: str


def incidence(groups: IncomeGroups, tax: TieredTax, *, returned: float = 1.0) -> Incidence:
    """Payments, an equal dividend per head, and what is left of both.

    ``dividend = share * sum_g p_g T_g / sum_g p_g``; the net effects of all people sum to
    ``-(1 - share)`` of the revenue.

    Args:
        groups: people and emissions; tax: the schedule.
        returned: share of the revenue that comes back as a dividend, 0 to 1.

    Raises:
        InputError: a share outside 0 to 1.
    """
    if not 0.0 <= returned <= 1.0:
        raise InputError(f"must lie between 0 and 1, got {returned:g}", where="returned")
    payment = tax.payments(groups)
    revenue = float(groups.people @ payment)
    dividend = returned * revenue / float(groups.people.sum())
    paid = {
        "people": groups.people,
        "per_head": groups.per_head,
        "payment": payment,
        "average_rate": np.divide(
            payment, groups.per_head, out=np.zeros_like(payment), where=groups.per_head > 0
        ),
        "dividend": np.full_like(payment, dividend),
        "net": dividend - payment,
        "net_total": groups.people * (dividend - payment),
    }
    table = pd.DataFrame(paid, index=pd.Index(groups.labels, name="group"))
    index = None
    if groups.income is not None:
        table["share_of_income"] = payment / groups.income
        index = suits(payment, groups.income, groups.people) if revenue else None
    return Incidence(
        table,
        revenue,
        returned * revenue,
        gini(groups.per_head, groups.people) if groups.total else 0.0,
        concentration(payment, groups.people) if revenue else None,
        index,
        tax.currency,
    )

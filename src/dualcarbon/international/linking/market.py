"""Linked carbon markets: price, volumes, who gains, and what it does to total emissions.

Integrity is kept where the caps of buyers are tightened until a link costs the climate nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from dualcarbon.international.linking.clearing import (
    abatement_of,
    clearing_price,
    inflated_tonnes,
    settled_units,
)
from dualcarbon.international.linking.rules import Region, Rules, check_names

FUND = "Adaptation Fund"
TRADED = 1e-9
ROUNDING = 1e-11


@dataclass(frozen=True)
class Link:
    """A cleared link.

    Attributes:
        price: USD per common unit: per tonne counted where nothing else is at work; not a number
            where nobody trades.
        regions: one row per region: requirement, abatement, sold and counted tonnes (Mt), autarky
            and linked marginal cost (USD/t), costs, payment, gain (million USD).
        flows: payments (payer, payee, item, million USD).
        volume_mt: tonnes of abatement issued for sale.
        counted_mt: tonnes that buyers count.
        integrity_loss_mt: counted minus delivered tonnes, (e - 1) times the volume for one
            multiplier e; negative where foreign tonnes count for less than one.
        cancelled_mt: tonnes cancelled for overall mitigation.
    """

    price: float
    regions: pd.DataFrame
    flows: pd.DataFrame
    volume_mt: float
    counted_mt: float
    integrity_loss_mt: float
    cancelled_mt: float

    @property
    def extra_abatement_mt(self) -> float:
        """Abatement beyond the sum of the requirements, Mt: cancelled less integrity loss."""
        return float((self.regions["abatement_mt"] - self.regions["requirement_mt"]).sum())

    @property
    def gain_musd(self) -> float:
        """Sum of the gains of all regions, million USD; the fund's receipts are not in it."""
        return float(self.regions["gain_musd"].sum())


def link(regions: Sequence[Region], rules: Rules | None = None) -> Link:
    """Clear the linked markets.

    Sum over sellers of v (1 - c)(a - R) equals the sum over buyers of v (R - a) / delta, at
    C'(a) = v P (1 - s - c) for sellers and C'(a) = v (P + tau) / delta for buyers whose limit
    does not bind; regions between the two do not trade.

    Args:
        regions: at least one.
        rules: the full link by default.

    Raises:
        InputError: names given twice or unknown to the regions.

    Source: Quemin and de Perthuis (2018); decision 3/CMA.3 for s and c.
    """
    rules = rules or Rules()
    check_names(regions, rules)
    price = clearing_price(regions, rules)
    units = settled_units(regions, rules, price)
    trades = any(abs(u) > TRADED for u in units)
    rows = [_row(r, rules, u, price) for r, u in zip(regions, units, strict=True)]
    table = pd.DataFrame(rows)
    flows = _flows(table, rules, price) if trades else _no_flows()
    table["payment_musd"] = [_paid(flows, name) for name in table["region"]]
    saved = table["autarky_cost_musd"] - table["cost_musd"]
    table["gain_musd"] = saved - table["payment_musd"]
    issued = float(table["sold_mt"].sum())
    cancelled = rules.cancellation * issued
    counted = float(table["counted_mt"].sum())
    loss = counted - (issued - cancelled)
    loss = 0.0 if abs(loss) < ROUNDING * issued else loss
    shown = price if trades else float("nan")
    return Link(shown, table, flows, issued, counted, loss, cancelled)


def _row(region: Region, rules: Rules, units: float, price: float) -> dict[str, object]:
    abatement = abatement_of(region, rules, units)
    cost, own = region.curve.price(abatement), region.curve.price(region.requirement)
    counted = max(region.requirement - abatement, 0.0)
    worth = rules.value(region) * (price + rules.tax(region)) / rules.discount
    bound = 0.0 < counted >= rules.import_limit(region) * (1.0 - 1e-9)
    return {
        "region": region.name,
        "developing": region.developing,
        "unit_value": rules.value(region),
        "requirement_mt": region.requirement,
        "abatement_mt": abatement,
        "sold_mt": max(abatement - region.requirement, 0.0),
        "counted_mt": counted,
        "units": units,
        "autarky_price": own,
        "marginal_cost": cost,
        "limit_binds": bool(bound),
        "rent_musd": max(cost - worth, 0.0) * counted if bound else 0.0,
        "tax_musd": rules.tax(region) * -min(units, 0.0),
        "autarky_cost_musd": region.curve.cost(region.requirement),
        "cost_musd": region.curve.cost(abatement),
    }


def _flows(table: pd.DataFrame, rules: Rules, price: float) -> pd.DataFrame:
    """Who pays whom: buyers the market, the market sellers and the fund; taxes stay at home."""
    rent = rules.rent_to_sellers * table["rent_musd"]
    sold = table["units"].clip(lower=0.0)
    shares = sold / sold.sum()
    fund = rules.share_of_proceeds / (1.0 - rules.cancellation)
    rows: list[tuple[str, str, str, float]] = []
    for i, name in enumerate(table["region"]):
        units = float(table["units"].iloc[i])
        if units < 0.0:
            rows.append((name, "market", "units", -units * price))
            rows.append((name, "market", "quota rent", float(rent.iloc[i])))
            tax = float(table["tax_musd"].iloc[i])
            rows.append((f"{name}, importers", f"{name}, budget", "permit tax", tax))
        elif units > 0.0:
            rows.append(("market", name, "units", units * price * (1.0 - fund)))
            rows.append(("market", name, "quota rent", float(rent.sum() * shares.iloc[i])))
            rows.append(("market", FUND, "share of proceeds", units * price * fund))
    kept = [row for row in rows if row[3] != 0.0]
    return pd.DataFrame(kept, columns=["payer", "payee", "item", "musd"])


def _no_flows() -> pd.DataFrame:
    return pd.DataFrame(columns=["payer", "payee", "item", "musd"])


def _paid(flows: pd.DataFrame, name: str) -> float:
    """Net payment of a region as a whole; its own tax is no payment."""
    paid = flows.loc[flows["payer"] == name, "musd"].sum()
    return float(paid - flows.loc[flows["payee"] == name, "musd"].sum())


TOLERANCE = 1e-13


@dataclass(frozen=True)
class Adjusted:
    """A link whose caps were tightened.

    Attributes:
        before: the link under the caps as given.
        after: the link under the tightened caps.
        tightening_mt: by region, Mt added to its requirement.
    """

    before: Link
    after: Link
    tightening_mt: dict[str, float]

    @property
    def extra_abatement_mt(self) -> float:
        """Abatement beyond the caps as given, Mt: only what was cancelled is left."""
        asked = float(self.before.regions["requirement_mt"].sum())
        return float(self.after.regions["abatement_mt"].sum()) - asked


def adjust_caps(regions: Sequence[Region], rules: Rules) -> Adjusted:
    """Tighten the caps of the buyers by exactly the tonnes that the multiplier inflates.

    Solves T = L(T), L being the integrity loss under caps tightened by T in all, shared among the
    buyers in proportion to what they count. Since L' is at most (e - 1) / e, the solution exists
    and is unique. A link that loses nothing is left as it is.

    Raises:
        InputError: the tightened caps exceed what a buyer could abate.
    """
    from scipy.optimize import brentq

    before = link(regions, rules)
    if before.integrity_loss_mt <= 0.0:
        return Adjusted(before, before, {})
    counted = dict(zip(before.regions["region"], before.regions["counted_mt"], strict=True))
    weights = {n: v / before.counted_mt for n, v in counted.items() if v > 0.0}

    def gap(total: float) -> float:
        return total - inflated_tonnes(_tightened(regions, weights, total), rules)

    high = before.integrity_loss_mt
    while gap(high) < 0.0:
        high *= 2.0
    total = float(brentq(gap, 0.0, high, xtol=TOLERANCE * high, rtol=1e-14))
    after = link(_tightened(regions, weights, total), rules)
    return Adjusted(before, after, {n: w * total for n, w in weights.items()})


def _tightened(regions: Sequence[Region], weights: dict[str, float], total: float) -> list[Region]:
    return [
        replace(r, requirement=r.requirement + weights.get(r.name, 0.0) * total) for r in regions
    ]

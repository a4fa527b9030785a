"""Uses of the revenue of a border charge, who gains from each, and abatement bought abroad."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed_all
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.linking.curves import Curve

__all__ = [
    "USES",
    "Border",
    "Bought",
    "buy_abatement",
    "compare",
    "flows",
    "net_receipts",
    "report_tables",
]


HALVINGS = 200


@dataclass(frozen=True)
class Bought:
    """Abatement bought.

    Attributes:
        price: marginal cost of the last tonne, USD/t.
        abatement_mt: by region.
        spent_musd: million USD; less than offered where the curves end.
    """

    price: float
    abatement_mt: dict[str, float]
    spent_musd: float

    @property
    def total_mt(self) -> float:
        """Abatement in all regions, Mt."""
        return math.fsum(self.abatement_mt.values())


def buy_abatement(curves: Mapping[str, Curve], budget_musd: float) -> Bought:
    """Spend a budget on abatement so that marginal costs are equal: sum of C_i(a_i(p)) = budget.

    Each tonne is paid its own cost, as under contracts by project. The marginal step of a stepwise
    curve is bought in part.

    Args:
        curves: abatement curves by region.
        budget_musd: million USD, not negative.

    Raises:
        InputError: no curve or a negative budget.
    """
    if not curves:
        raise InputError("no region given", where="curves")
    if not (math.isfinite(budget_musd) and budget_musd >= 0.0):
        raise InputError(f"budget is {budget_musd:g}", where="budget", allowed=">= 0")

    def cost(price: float) -> float:
        return math.fsum(c.cost(c.supply(price)) for c in curves.values())

    low, high = 0.0, 1.0
    while cost(high) < budget_musd and high < 1e9:
        high *= 2.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if cost(middle) < budget_musd else (low, middle)
    below = {name: c.supply_below(high) for name, c in curves.items()}
    most = {name: c.supply(high) for name, c in curves.items()}
    least = math.fsum(c.cost(below[n]) for n, c in curves.items())
    span = cost(high) - least
    share = 1.0 if span <= 0.0 else min(max((budget_musd - least) / span, 0.0), 1.0)
    amounts = {n: below[n] + share * (most[n] - below[n]) for n in curves}
    spent = math.fsum(c.cost(amounts[n]) for n, c in curves.items())
    return Bought(high, amounts, spent)


USES = (
    "none",
    "importer_budget",
    "returned",
    "ldc_per_head",
    "abatement_outside",
    "climate_finance",
)
"""None levies nothing and is the case that the others are compared with."""

FUND, PROJECTS = "climate fund", "abatement projects abroad"


@dataclass(frozen=True)
class Border:
    """Revenue of a border charge.

    Args:
        payments: charge by origin, million a year, not negative.
        importer: name of the region that levies it.
        borne_by_exporters: share of the charge that exporters bear, 0 to 1; the rest falls on
            buyers in the importing region.
        shares: share of the revenue put to a use where not all of it is, by use.

    Raises:
        InputError: no origin, a negative charge, or a share out of its range.
    """

    payments: Mapping[str, float]
    importer: str = "EU"
    borne_by_exporters: float = 1.0
    shares: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.payments:
            raise InputError("no origin given", where="payments")
        for name, amount in self.payments.items():
            if not (math.isfinite(amount) and amount >= 0.0):
                raise InputError(f"charge is {amount:g}", where=f"payments, {name}", allowed=">= 0")
        _share("borne_by_exporters", self.borne_by_exporters)
        for use, share in self.shares.items():
            if use not in USES:
                raise unknown_name("use", use, USES, where="shares")
            _share(f"shares, {use}", share)

    @property
    def revenue(self) -> float:
        """Sum of the charges, million a year."""
        return math.fsum(self.payments.values())

    def share(self, use: str) -> float:
        """Share of the revenue put to a use; all of it unless said otherwise."""
        return float(self.shares.get(use, 1.0))


Flow = tuple[str, str, str, float]


def flows(border: Border, use: str) -> pd.DataFrame:
    """Payments under one use of the revenue.

    The charge: exporters of each origin and buyers pay the importer's budget. What is not put to
    the use stays there.

    Args:
        border: the charge.
        use: one of ``USES``.

    Returns:
        Columns payer, payee, item, million.

    Raises:
        InputError: an unknown use.
    """
    if use not in USES:
        raise unknown_name("use", use, USES, where="use")
    rows: list[Flow] = []
    if use != "none":
        for origin, amount in border.payments.items():
            own = border.borne_by_exporters * amount
            rows.append((_exporters(origin), _budget(border), "border charge", own))
            rows.append((_buyers(border), _budget(border), "border charge", amount - own))
        rows += SPENDING[use](border)
    kept = [row for row in rows if row[3] != 0.0]
    return pd.DataFrame(kept, columns=["payer", "payee", "item", "million"])


def net_receipts(payments: pd.DataFrame) -> pd.Series:
    """Net receipts by party, which sum to zero."""
    received = payments.groupby("payee")["million"].sum()
    return received.sub(payments.groupby("payer")["million"].sum(), fill_value=0.0).sort_values()


def compare(border: Border) -> pd.DataFrame:
    """Net receipts of every party under every use, million: rows parties, columns uses."""
    table = pd.DataFrame({use: net_receipts(flows(border, use)) for use in USES})
    return table.fillna(0.0).rename_axis("party")


def _returned(border: Border) -> list[Flow]:
    """Back to the government of each origin in proportion to what its goods paid."""
    share = border.share("returned")
    return [
        (_budget(border), f"{origin}, government", "returned to origin", share * amount)
        for origin, amount in border.payments.items()
    ]


def _per_head(border: Border) -> list[Flow]:
    """To the least developed countries, the same for every person."""
    people = datasets.load("ldc_population").set_index("country")["population"]
    amount = border.share("ldc_per_head") * border.revenue
    return [
        (_budget(border), f"{country}, government", "least developed countries", amount * share)
        for country, share in (people / people.sum()).items()
    ]


def _to(payee: str, item: str, use: str) -> Callable[[Border], list[Flow]]:
    def spend(border: Border) -> list[Flow]:
        return [(_budget(border), payee, item, border.share(use) * border.revenue)]

    return spend


def _kept(border: Border) -> list[Flow]:
    return []


SPENDING: dict[str, Callable[[Border], list[Flow]]] = {
    "importer_budget": _kept,
    "returned": _returned,
    "ldc_per_head": _per_head,
    "abatement_outside": _to(PROJECTS, "abatement abroad", "abatement_outside"),
    "climate_finance": _to(FUND, "climate finance", "climate_finance"),
}


def _exporters(origin: str) -> str:
    return f"{origin}, exporters"


def _buyers(border: Border) -> str:
    return f"{border.importer}, buyers"


def _budget(border: Border) -> str:
    return f"{border.importer}, budget"


def _share(name: str, share: float) -> None:
    if not (math.isfinite(share) and 0.0 <= share <= 1.0):
        raise InputError(f"share is {share:g}", where=name, allowed="0 to 1")


def report_tables(
    border: Border, curves: Mapping[str, Curve] | None = None, *, currency: str = "M EUR"
) -> dict[str, pd.DataFrame]:
    """Tables that the report shows: ``recycling_flows`` (use, payer, payee, item, million),
    ``recycling_net`` (use, party, million) and, with curves, ``recycling_abatement``.

    The least developed countries are one party here.

    Args:
        border: the charge.
        curves: abatement curves of regions outside, in the currency of the charge per t.
        currency: unit of the amounts.
    """
    paid = pd.concat([flows(border, use).assign(use=use) for use in USES], ignore_index=True)
    net = compare(border)
    net.index = pd.Index([_grouped(str(name)) for name in net.index], name="party")
    long = net.groupby("party", sort=False).sum().reset_index()
    long = long.melt("party", var_name="use", value_name="million")
    for column in ("payer", "payee"):
        paid[column] = [_grouped(str(name)) for name in paid[column]]
    keys = ["use", "payer", "payee", "item"]
    paid = paid.groupby(keys, sort=False, as_index=False)["million"].sum()
    tables = {
        "recycling_flows": paid.assign(currency=currency),
        "recycling_net": long.assign(currency=currency),
    }
    if curves:
        bought = buy_abatement(curves, border.share("abatement_outside") * border.revenue)
        rows = [(n, a, bought.price) for n, a in bought.abatement_mt.items()]
        tables["recycling_abatement"] = pd.DataFrame(
            rows, columns=["region", "abatement_mt", "price"]
        )
    return conformed_all(tables)


def _grouped(party: str) -> str:
    """Governments of least developed countries under one name."""
    country, _, kind = party.rpartition(", ")
    poor = set(datasets.load("ldc_population")["country"])
    return "least developed countries" if kind == "government" and country in poor else party

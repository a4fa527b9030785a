"""What is done with the revenue of a border charge: who pays, who receives; every use nets to zero.

Amounts are in one currency, millions a year. The charge of each origin is borne in part by its
exporters, through lower prices, and in part by buyers in the importing region.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

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

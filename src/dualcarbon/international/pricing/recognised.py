"""What counts as a carbon price paid at the EU border, and what does not."""

from __future__ import annotations

from dataclasses import dataclass

from dualcarbon.international.pricing.parts import Kind

DRAFT = "draft act of 13 May 2026"


@dataclass(frozen=True)
class Recognition:
    """Whether a kind of instrument counts, why, and where that stands."""

    counts: bool
    reason: str
    article: str


RECOGNITION: dict[Kind, Recognition] = {
    "ets": Recognition(
        True,
        "a binding price on emissions; free allowances are netted",
        f"Regulation (EU) 2023/956, Articles 3(29) and 9; {DRAFT}, Article 8(1) and Annex I",
    ),
    "tax": Recognition(
        True,
        "a tax on emissions, or on fuels by their carbon content; exemptions are netted",
        f"Regulation (EU) 2023/956, Articles 3(29) and 9; {DRAFT}, Annex I, point 3.3",
    ),
    "excise": Recognition(
        False,
        "a tax on energy that is not set by carbon content is no carbon price",
        "Regulation (EU) 2023/956, Article 3(29)",
    ),
    "standard": Recognition(
        False,
        "a duty or a certificate quota has a cost but no payment for emissions",
        "Regulation (EU) 2023/956, Article 3(29)",
    ),
    "subsidy": Recognition(
        False,
        "not a carbon price; a compensation tied to one is netted as a rebate",
        f"{DRAFT}, Article 8(2)",
    ),
}


def counts_under_cbam(kind: Kind) -> bool:
    """Whether a kind of instrument can be deducted at the EU border.

    Source: Regulation (EU) 2023/956, Articles 3(29) and 9; the draft act of 13 May 2026.
    """
    return RECOGNITION[kind].counts

"""The law as a switch: which edition of the acts a bill is computed by, and the list of acts.

``2025-12`` is the law as published in December 2025, ``2026-07`` as amended in July 2026, and
``proposal-616`` the same with the free allocation that COM(2026) 616 proposes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import unknown_name

TODAY = "2026-07"
AS_OF = date(2026, 11, 27)
"""Day up to which the acts, the prices and the default values were looked up."""
MANY_DAYS = 120
"""Age of the tables above which they must be looked up again: a quarter and a month."""


@dataclass(frozen=True)
class Law:
    """One position of the switch.

    Attributes:
        name: of the position.
        defaults: act that the default values stand in, and that of unknown origin.
        amended: whether the default values are those of Implementing Regulation (EU) 2026/1740.
        kept: share of free allocation kept, by year.
        correction: cross-sectoral correction factors published, by year.
        proposed: whether the share kept is a proposal.
    """

    name: str
    defaults: str
    amended: bool
    kept: Mapping[int, Decimal]
    correction: Mapping[int, Decimal]
    proposed: bool

    @cached_property
    def as_of(self) -> date:
        """Day of the tables."""
        return AS_OF if self.amended else date(2025, 12, 31)


FIRST = "Implementing Regulation (EU) 2025/2621"
SECOND = f"{FIRST}, as replaced by (EU) 2026/1740"
LAWS = ("2025-12", TODAY, "proposal-616")


@cache
def law_of(name: str = TODAY) -> Law:
    """The law of a position of the switch: ``2025-12``, ``2026-07`` or ``proposal-616``.

    Raises:
        InputError: no such position.
    """
    if name not in LAWS:
        raise unknown_name("law", name, LAWS, where="law")
    amended, proposed = name != LAWS[0], name == LAWS[2]
    table = datasets.load("cbam_factors")
    kept = table["kept_proposed" if proposed else "kept"]
    known = table[table["correction"].notna()] if amended else table.iloc[:0]
    return Law(
        name=name,
        defaults=SECOND if amended else FIRST,
        amended=amended,
        kept={int(y): Decimal(str(k)) for y, k in zip(table["year"], kept, strict=True)},
        correction={
            int(y): Decimal(str(c)) for y, c in zip(known["year"], known["correction"], strict=True)
        },
        proposed=proposed,
    )


def acts(law: str | None = None) -> pd.DataFrame:
    """The acts with their status on the day of the tables, and what each one changes.

    Args:
        law: only the acts that count under this position of the switch; None lists all.

    Returns:
        Columns ``act``, ``topic``, ``status``, ``date``, ``article``, ``applies_from``, ``laws``,
        ``changes_en``, ``changes_zh``, ``as_of``.

    Raises:
        InputError: no such position of the switch.
    """
    table = datasets.load("cbam_acts")
    if law is None:
        return table
    law_of(law)
    return table[[law in laws.split(";") for laws in table["laws"]]].reset_index(drop=True)

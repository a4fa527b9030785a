"""The threshold of 50 tonnes per importer and year."""

from __future__ import annotations

import pandas as pd

from dualcarbon.international.cbam.goods import ELECTRICITY, HYDROGEN

THRESHOLD_T = 50.0
ALWAYS_COVERED = (HYDROGEN, ELECTRICITY)


def is_exempt(sector: str, importer_tonnes: float) -> bool:
    """Whether an importer owes nothing for a good: at most 50 t of covered goods in the year.

    Hydrogen and electricity are never exempt.

    Args:
        sector: sector of the good.
        importer_tonnes: net mass of iron, steel, aluminium, cement and fertilisers that the
            importer brings in over the calendar year, tonnes.

    Source: Regulation (EU) 2023/956, Article 2a, as inserted by Regulation (EU) 2025/2083.
    """
    return sector not in ALWAYS_COVERED and importer_tonnes <= THRESHOLD_T


def yearly_mass(rows: pd.DataFrame) -> pd.Series:
    """Mass that counts towards the threshold, for each row of its importer and year, tonnes.

    Args:
        rows: columns ``importer``, ``year``, ``tonnes``, ``sector``.
    """
    counted = rows["tonnes"].where(~rows["sector"].isin(ALWAYS_COVERED), 0.0).fillna(0.0)
    return counted.groupby([rows["importer"], rows["year"]]).transform("sum")

"""What contracts offer a technology in each province."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Offers:
    """Prices on offer, CNY/MWh.

    Attributes:
        table: index province; columns ``tariff`` (feed-in), ``benchmark`` (coal), ``strike``
            (mechanism price).
    """

    table: pd.DataFrame

    def column(self, name: str) -> np.ndarray:
        """A price by province, shape (province, 1, 1)."""
        return self.table[name].to_numpy(float)[:, None, None]

"""Revenue returned: members give tariff revenue back to the developing exporters that paid it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Pairs
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.rules.revenue import revenue_of
from dualcarbon.international.clubs.world import Array


def returned(revenue: Array, developing: Array) -> Pairs:
    """Payoffs of giving revenue back to exporters; payments sum to zero."""
    back = revenue * developing[:, None]
    return replace(Pairs.zero(len(developing)), mine=-np.ascontiguousarray(back.T), theirs=back)


class RevenueToExporters(Rule):
    """Exporter j outside gets ``share x R[j, c]`` from member c, unless j has a high income."""

    key = "revenue_to_exporters"
    meaning = "tariff revenue goes back to developing exporters"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of revenue that is returned")
    }

    def pairs(self, context: Context) -> Pairs:
        """The return as payments between pairs."""
        developing = (context.world.income != "high").astype(float)
        return returned(context.settings["share"] * revenue_of(context), developing)

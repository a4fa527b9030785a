"""Retaliation: regions outside answer the tariff with one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Pairs
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.trade import exporter_loss, importer_gain


class Retaliation(Rule):
    """Exporter j outside taxes what it buys from member c at ``ratio x t[j, c]``."""

    key = "retaliation"
    meaning = "regions outside tax members' goods in return"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "ratio": Setting(1.0, 0.0, 10.0, "answering rate over the club's rate")
    }

    def pairs(self, context: Context) -> Pairs:
        """What the answer gains those outside and costs the members."""
        world = context.world
        answer = context.settings["ratio"] * context.rate.T
        gain = importer_gain(world.imports, answer, world.tariff_gain, world.tariff_deadweight)
        loss = exporter_loss(world.imports, answer, world.tariff_gain)
        return replace(Pairs.zero(world.size), theirs=np.ascontiguousarray(gain.T), mine=-loss)

"""Tariff revenue of a club, shared by the rules that say what becomes of it."""

from __future__ import annotations

from dualcarbon.international.clubs.rules.base import Context
from dualcarbon.international.clubs.trade import tariff_revenue
from dualcarbon.international.clubs.world import Array


def revenue_of(context: Context) -> Array:
    """Revenue of importer inside from exporter outside, bn USD, rows exporters."""
    world = context.world
    return tariff_revenue(world.imports, context.rate, world.tariff_gain, world.tariff_deadweight)

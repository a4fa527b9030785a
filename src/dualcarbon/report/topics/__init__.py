"""Topics of the report: each holds its sections, its figures and its words."""

from __future__ import annotations

from collections.abc import Callable

from dualcarbon.report.page import Section
from dualcarbon.report.topics import (
    border,
    carbon,
    clubs,
    cooperation,
    experiments,
    finance,
    linking,
    loop,
    money,
    overlaps,
    overview,
    power,
    responsibility,
    sweep,
    trilemma,
    units,
)
from dualcarbon.report.topics.experiments import backcast, claims
from dualcarbon.report.topics.money import finance as regimes
from dualcarbon.report.topics.overview import answer
from dualcarbon.report.topics.power import consumer, prices
from dualcarbon.report.topics.responsibility import people, provinces, rights, roads
from dualcarbon.report.view import View

SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    answer.build_answer,
    overview.build_indicators,
    power.build,
    prices.build_prices,
    consumer.build,
    trilemma.build,
    money.build,
    money.build_returns,
    prices.build_completion,
    regimes.build,
    regimes.build_replacement,
    carbon.build,
    carbon.build_users,
    overlaps.build_claims,
    overlaps.build,
    claims.build,
    claims.build_path,
    loop.build,
    border.build_run,
    border.build,
    border.build_prices,
    clubs.build,
    linking.build,
    linking.build_recycling,
    cooperation.build,
    cooperation.build_localised,
    finance.build_project,
    finance.build_screen,
    finance.build_gap,
    finance.build_hedging,
    claims.build_attribution,
    carbon.build_curve,
    sweep.build,
    experiments.build_headline,
    experiments.build,
    experiments.build_sensitivity,
    backcast.build,
    responsibility.build_accounts,
    responsibility.build_trade,
    roads.build_uses,
    provinces.build,
    responsibility.build_history,
    roads.build_roads,
    people.build,
    rights.build,
    responsibility.build_papers,
    units.build,
    overview.build_checks,
    overview.build_assumptions,
    overview.build_reproduce,
)
"""Builders in the order in which the sections are read."""


def build_all(view: View) -> list[Section]:
    """All sections for which the run has tables."""
    return [section for build in SECTIONS if (section := build(view)) is not None]

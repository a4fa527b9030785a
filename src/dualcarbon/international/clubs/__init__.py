"""Climate clubs: who joins at which price and penalty, exactly and with a certificate."""

from dualcarbon.international.clubs.answer import Accession, accede
from dualcarbon.international.clubs.build import Club, build
from dualcarbon.international.clubs.outcomes import (
    Outcome,
    club_outcome,
    cooperative_outcome,
    gain_captured,
    inefficiency,
    nash_outcome,
)
from dualcarbon.international.clubs.payoffs import optimal_tariff
from dualcarbon.international.clubs.rules import RULES
from dualcarbon.international.clubs.sources import cdice
from dualcarbon.international.clubs.stability import (
    gains_of,
    nash_coalitions,
    stabilising_transfers,
    stability_of,
)
from dualcarbon.international.clubs.strong import Certificate, certify
from dualcarbon.international.clubs.world import Policy, Region, World

__all__ = [
    "RULES",
    "Accession",
    "Certificate",
    "Club",
    "Outcome",
    "Policy",
    "Region",
    "World",
    "accede",
    "build",
    "cdice",
    "certify",
    "club_outcome",
    "cooperative_outcome",
    "gain_captured",
    "gains_of",
    "inefficiency",
    "nash_coalitions",
    "nash_outcome",
    "optimal_tariff",
    "stabilising_transfers",
    "stability_of",
]

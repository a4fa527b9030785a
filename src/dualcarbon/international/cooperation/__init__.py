"""Competition and cooperation between China, the United States and the EU as a game."""

from dualcarbon.international.cooperation.actors import (
    ACTORS,
    STRATEGIES,
    Assumptions,
    Profile,
    check_profile,
    damage_shares,
    depth,
    profiles,
)
from dualcarbon.international.cooperation.game import (
    COMPETE,
    CONCEPTS,
    FULL,
    ISSUES,
    Game,
    SidePayments,
    build_game,
    coalition_value,
    equilibria,
    interest_matrix,
    side_payments,
)
from dualcarbon.international.cooperation.tables import report_tables

__all__ = [
    "ACTORS",
    "COMPETE",
    "CONCEPTS",
    "FULL",
    "ISSUES",
    "STRATEGIES",
    "Assumptions",
    "Game",
    "Profile",
    "SidePayments",
    "build_game",
    "check_profile",
    "coalition_value",
    "damage_shares",
    "depth",
    "equilibria",
    "interest_matrix",
    "profiles",
    "report_tables",
    "side_payments",
]

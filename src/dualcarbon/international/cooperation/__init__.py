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
    FULL,
    ISSUES,
    Game,
    build_game,
    equilibria,
    interest_matrix,
)
from dualcarbon.international.cooperation.stability import (
    CONCEPTS,
    SidePayments,
    coalition_value,
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

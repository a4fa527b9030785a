"""Solver sessions shared by scenarios that play on the same system."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Session
    from dualcarbon.scenario.model import Scenario


class Sessions:
    """Opens one session per world and settings, and keeps it warm.

    Args:
        threads: threads of the solver.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._open: dict[str, Session] = {}

    def of(self, scenario: Scenario) -> Session:
        """Return the session of a scenario's system, built at the first call."""
        from dualcarbon.equilibrium.solve import Session
        from dualcarbon.system.network import quiet_pypsa

        key = f"{scenario.world} {scenario.system.model_dump_json()}"
        if key not in self._open:
            with quiet_pypsa():
                network, users = scenario.build()
            self._open[key] = Session.open(network, users, threads=self.threads)
        return self._open[key]

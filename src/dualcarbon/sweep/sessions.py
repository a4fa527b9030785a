"""Solver sessions: shared by scenarios that play on one system, and frozen to start many alike."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dualcarbon.sweep.kept import kept

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.scenario.model import Scenario

MOST = 4  # systems that a process keeps in memory for its next points


class Sessions:
    """Opens one session per world and settings, and keeps it warm.

    Args:
        threads: threads of the solver.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._open: dict[str, Session] = {}

    def of(self, scenario: Scenario) -> Session:
        """Return the session of a scenario's system, built or read at the first call."""
        key = system_key(scenario)
        if key not in self._open:
            self._open[key] = self._new(scenario)
        return self._open[key]

    def _new(self, scenario: Scenario) -> Session:
        from dualcarbon.equilibrium.solve import Session
        from dualcarbon.scenario.worlds import WORLDS
        from dualcarbon.solver.highs import PersistentHighs
        from dualcarbon.system.network import quiet_pypsa

        def opened() -> Session:
            with quiet_pypsa():
                network, users = scenario.build()
            return Session.open(network, users)

        ours = type(WORLDS[scenario.world]).__module__.startswith("dualcarbon.")
        session = kept(system_key(scenario), opened) if ours else opened()
        return Session(session.model, session.physical, PersistentHighs(threads=self.threads))


def system_key(scenario: Scenario) -> str:
    """World and settings: scenarios with the same key share a session."""
    return f"{scenario.world} {scenario.system.model_dump_json()}"


@dataclass(frozen=True)
class Frozen:
    """A solved equilibrium with its session, as bytes that can be sent and thawed many times.

    Attributes:
        name: scenario that was solved; system: its :func:`system_key`.
        solved: the pickled equilibrium.
    """

    name: str
    system: str
    solved: bytes

    @classmethod
    def of(cls, scenario: Scenario, equilibrium: Equilibrium) -> Frozen:
        """Freeze the equilibrium that its session has just found."""
        return cls(scenario.name, system_key(scenario), pickle.dumps(equilibrium))

    def thawed(self) -> Equilibrium:
        """A copy with a session of its own, which starts from the basis of that moment."""
        equilibrium: Equilibrium = pickle.loads(self.solved)
        return equilibrium


class Thawed(Sessions):
    """Sessions of one point of a sweep: copies, so that what ran before changes nothing.

    Attributes:
        equilibria: the equilibria that the point starts from, by scenario.

    Args:
        start: frozen equilibria; their systems need not be built again.
        threads: threads of the solver.
    """

    def __init__(self, start: Iterable[Frozen] = (), threads: int = 1) -> None:
        super().__init__(threads)
        self.equilibria: dict[str, Equilibrium] = {}
        for frozen in start:
            equilibrium = frozen.thawed()
            self.equilibria[frozen.name] = equilibrium
            self._open[frozen.system] = equilibrium.session
            equilibrium.session.know(equilibrium)

    def _new(self, scenario: Scenario) -> Session:
        """A copy of the system as built; a process builds it once for all its points."""
        key = f"{self.threads} {system_key(scenario)}"
        if key not in _built:
            while len(_built) >= MOST:
                del _built[next(iter(_built))]
            _built[key] = pickle.dumps(super()._new(scenario))
        session: Session = pickle.loads(_built[key])
        return session


_built: dict[str, bytes] = {}

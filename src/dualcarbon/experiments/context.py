"""The registry of experiments, what one is given, and experiments as points of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.points import Progress
    from dualcarbon.sweep.sessions import Frozen, Sessions

ExperimentTables = dict[str, pd.DataFrame]
"""Rows of any of the run's tables, in their columns."""


@dataclass(frozen=True)
class ExperimentContext:
    """What an experiment may use.

    Attributes:
        scenarios: scenarios of the run by name, changes of the command line applied.
        equilibria: their equilibria.
        sessions: sessions that are open and warm.
        sets: changes of the command line, for scenarios that the run did not name.
        progress: told what is being solved.
        unchanged: scenarios of the run before those changes.
        others: equilibria of scenarios that the run did not name, once they are solved.
    """

    scenarios: Mapping[str, Scenario]
    equilibria: Mapping[str, Equilibrium]
    sessions: Sessions
    sets: tuple[str, ...] = ()
    progress: Callable[[str], None] = field(default=lambda message: None)
    unchanged: tuple[Scenario, ...] = ()
    others: dict[str, Equilibrium] = field(default_factory=dict)

    def scenario(self, name: str) -> Scenario:
        """A scenario of the run, or the shipped one with the system of the run."""
        if name in self.scenarios:
            return self.scenarios[name]
        from dualcarbon.scenario.documents import load_scenario
        from dualcarbon.scenario.model import changed

        shipped = changed([load_scenario(name), *self.unchanged], self.sets)[0]
        alike = [s for s in self.scenarios.values() if s.world == shipped.world]
        return shipped.on(alike[0].system) if alike else shipped

    def session(self, name: str = "today") -> Session:
        """The session on which a scenario is solved."""
        return self.sessions.of(self.scenario(name))

    def equilibrium(self, name: str) -> Equilibrium:
        """The equilibrium of a scenario, solved now if the run did not name it."""
        if name in self.equilibria:
            return self.equilibria[name]
        if name not in self.others:
            self.progress(f"solve {name}")
            self.others[name] = self.session(name).solve(self.scenario(name).package())
        return self.others[name]


def _experiment(
    module: str, name: str = "experiment"
) -> Callable[[ExperimentContext], ExperimentTables]:
    """The experiment of a module, imported when it runs."""

    def run(context: ExperimentContext) -> ExperimentTables:
        found = import_module(f"dualcarbon.experiments.{module}")
        tables: ExperimentTables = getattr(found, name)(context)
        return tables

    return run


EXPERIMENTS: dict[str, Callable[[ExperimentContext], ExperimentTables]] = {
    "backcast": _experiment("backcast"),
    "link": _experiment("link"),
    "integrate": _experiment("integrate"),
    "integrate_sensitivity": _experiment("integrate", "sensitivity"),
    "complete": _experiment("complete"),
    "today_cap": _experiment("benchmarks"),
    "unified": _experiment("theses", "unified"),
    "project_finance": _experiment("project_finance.experiment"),
    "completion_parts": _experiment("theses", "completion_parts"),
}
"""Experiments by key; one runs when a scenario of the same name is in the run."""

RUNS_WITH = {
    "integrate_sensitivity": "integrate",
    "project_finance": "unified",
    "completion_parts": "complete_flexible",
}


def wanted(names: Iterable[str], shipped: Iterable[str]) -> list[str]:
    """Keys of the experiments of a run.

    An experiment named like a shipped scenario runs with that scenario, a part of one with the
    whole; any other, such as the backcast, runs with ``today``.
    """
    names, shipped = set(names), set(shipped)

    def runs(key: str) -> bool:
        whole = RUNS_WITH.get(key, key)
        return whole in names or (whole not in shipped and "today" in names)

    return [key for key in EXPERIMENTS if runs(key)]


LONGEST = ("completion_parts", "unified", "link", "today_cap", "project_finance", "integrate",
           "integrate_sensitivity")  # fmt: skip


@dataclass(frozen=True)
class Experiment:
    """One experiment of a run.

    Attributes:
        key: of the registry.
        scenarios: scenarios of the run; sets: changes of the command line; given: scenarios
            before those changes.
        threads: threads of the solver.
    """

    key: str
    scenarios: tuple[Scenario, ...]
    sets: tuple[str, ...]
    given: tuple[Scenario, ...]
    threads: int = 1

    @property
    def label(self) -> str:
        """Its name in progress, log and errors."""
        return f"experiment {self.key}"

    def answer(self, start: Sequence[Frozen], progress: Progress) -> ExperimentTables:
        """Make it, with whatever scenario the start lacks solved from it."""
        from dualcarbon.sweep.sessions import Thawed

        sessions = Thawed(start, self.threads)
        found = ExperimentContext(
            {scenario.name: scenario for scenario in self.scenarios},
            sessions.equilibria,
            sessions,
            self.sets,
            lambda message: progress(message.removeprefix(f"{self.key}: ")),
            self.given,
        )
        return EXPERIMENTS[self.key](found)


def longest_first(keys: Iterable[str]) -> list[str]:
    """Experiments in the order in which they are best begun, so that all end together."""
    order = {key: at for at, key in enumerate(LONGEST)}
    return sorted(keys, key=lambda key: order.get(key, len(order)))

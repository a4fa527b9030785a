"""Experiments as points of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dualcarbon.experiments import context

if TYPE_CHECKING:
    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.points import Progress
    from dualcarbon.sweep.sessions import Frozen

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

    def answer(self, start: Sequence[Frozen], progress: Progress) -> context.ExperimentTables:
        """Make it, with whatever scenario the start lacks solved from it."""
        from dualcarbon.sweep.sessions import Thawed

        sessions = Thawed(start, self.threads)
        found = context.ExperimentContext(
            {scenario.name: scenario for scenario in self.scenarios},
            sessions.equilibria,
            sessions,
            self.sets,
            lambda message: progress(message.removeprefix(f"{self.key}: ")),
            self.given,
        )
        return context.EXPERIMENTS[self.key](found)


def longest_first(keys: Iterable[str]) -> list[str]:
    """Experiments in the order in which they are best begun, so that all end together."""
    order = {key: at for at, key in enumerate(LONGEST)}
    return sorted(keys, key=lambda key: order.get(key, len(order)))

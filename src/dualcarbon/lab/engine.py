"""Solves what readers set: one state at a time, the newest of each reader, from a warm session.

An answer depends on its state alone, never on what was solved before. A small program is solved
from nothing, exactly as a run of it; a large one from the basis of the scenario with the same
rules, of which only numbers were moved. One thread holds the sessions, because a model is changed
while it is attached; all that reads a solved model is done by it too.
"""

from __future__ import annotations

import json
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dualcarbon.equilibrium.numbers import Numbers, moved
from dualcarbon.errors import DualcarbonError
from dualcarbon.lab.controls import structural
from dualcarbon.lab.state import NAME, State

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.scenario.model import Scenario

MOST_SYSTEMS, MOST_SOLVED, MOST_ANSWERS = 3, 6, 64
WAITING = 40
"""Jobs that may wait; more are turned away, so that a crowd cannot fill the memory."""
PAUSE = 0.3
"""Seconds without a question after which what the next may need is looked for."""
NUDGE = 1e-3
"""Step by which a number is moved to see what it moves."""
SMALL = 5_000
"""Columns of a program up to which a solve from nothing takes less than what is around it."""


class Superseded(DualcarbonError):
    """The reader has asked for something newer, or has cancelled."""


class Busy(DualcarbonError):
    """Too much is waiting already."""


@dataclass
class Solved:
    """A state that was solved.

    Attributes:
        state: what was asked; scenario: as it was understood.
        equilibrium: what was found; None once it was let go.
        tables: those that were asked for, by name.
        seconds: of attaching and solving.
    """

    state: State
    scenario: Scenario
    equilibrium: Equilibrium | None
    seconds: float
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass
class Job:
    """A question and how far it is; its work says each phase, and stops there once cancelled."""

    client: str
    kind: str
    work: Callable[[Job], Any]
    future: Future[Any] = field(default_factory=Future)
    phase: str = "waiting"
    began: float = field(default_factory=time.monotonic)
    cancelled: bool = False

    def at(self, phase: str) -> None:
        """Say what is done next, unless nobody waits for it any more."""
        if self.cancelled:
            raise Superseded("cancelled")
        self.phase = phase


@dataclass(frozen=True)
class Warm:
    """A session that has solved a scenario; packages that add the same rows start from there."""

    session: Session
    start: Equilibrium
    blocks: tuple[Any, ...]

    @classmethod
    def of(cls, start: Equilibrium) -> Warm:
        """The session of an equilibrium that it alone has found."""
        session = start.session
        session.numbers = Numbers()
        session.numbers.attached(start.package, start.solution.program, session.model)
        return cls(session, start, _blocks(session))

    def solve(self, package: Package) -> Equilibrium | None:
        """Solve a package whose rows are those of the start; None where they are others."""
        if self.start.solution.program.shape[1] > SMALL:
            return self.session.solve(package, start=self.start)
        numbers = self.session.numbers
        if numbers is None or numbers.patched(package) is None:
            self.session.program(package)
            if _blocks(self.session) != self.blocks:
                return None
        return self.session.solve(package, warm=False, fresh=True)

    def learn(self) -> bool:
        """Look for the slope of one number that may be moved; whether there was one left."""
        numbers, package = self.session.numbers, self.start.package
        left = numbers.unknown(package) if numbers is not None else []
        if not left:
            return False
        with suppress(DualcarbonError):
            self.session.program(moved(package, left[0], NUDGE))
        if numbers is not None:
            numbers.slopes.setdefault(left[0], None)
        return True


def _blocks(session: Session) -> tuple[Any, ...]:
    """What a session's program is made of: its blocks, and which of them are used."""
    model = session.model
    return (
        list(model.linopy.variables),
        list(model.linopy.constraints),
        sorted(model.active_rows),
        sorted(model.active_variables),
    )


class Engine:
    """Sessions, what they have solved, and who waits for them.

    Attributes:
        drawn: answers as they were sent, by question; read and written by the thread alone.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._virgin: OrderedDict[str, bytes] = OrderedDict()
        self._warm: OrderedDict[str, Warm] = OrderedDict()
        self._solved: OrderedDict[str, Solved] = OrderedDict()
        self.drawn: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._expected: dict[str, float] = {}
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="lab engine", daemon=True)
        self._thread.start()

    def ask(self, client: str, kind: str, work: Callable[[Job], Any]) -> Future[Any]:
        """Have something done by the thread that holds the models.

        Args:
            client: who asks; kind: what for: a newer question of one kind replaces the older.
            work: is given the job, to say its phases.

        Raises:
            Busy: too much is waiting.
        """
        job = Job(client, kind, work)
        with self._changed:
            self._forget(lambda j: (j.client, j.kind) == (client, kind))
            if len(self._waiting) >= WAITING:
                raise Busy("too many questions at once; ask again in a moment")
            self._waiting.append(job)
            self._changed.notify()
        return job.future

    def cancel(self, client: str) -> None:
        """Drop what a client waits for; what runs ends with its present phase."""
        with self._changed:
            self._forget(lambda j: j.client == client)
            if self._running is not None and self._running.client == client:
                self._running.cancelled = True

    def status(self, client: str) -> dict[str, Any]:
        """What is done for a client: phase, seconds so far, seconds that it took last time."""
        with self._changed:
            mine = [j for j in (*self._waiting, self._running) if j and j.client == client]
            if not mine:
                return {"phase": "idle"}
            job = mine[-1]
            return {
                "phase": job.phase,
                "elapsed": round(time.monotonic() - job.began, 1),
                "expected": round(self._expected.get(job.phase, 0.0), 1),
            }

    def end(self) -> None:
        """Turn everybody away and stop."""
        with self._changed:
            self._ended = True
            self._forget(lambda j: True)
            self._changed.notify()

    def _forget(self, which: Callable[[Job], bool]) -> None:
        for job in [j for j in self._waiting if which(j)]:
            self._waiting.remove(job)
            _settle(job.future, error=Superseded("a newer question has taken its place"))

    def _work(self) -> None:
        idle: float | None = None
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: bool(self._waiting) or self._ended, idle)
                if self._ended:
                    return
                job = self._running = self._waiting.pop(0) if self._waiting else None
            if job is None:
                idle = PAUSE if any([warm.learn() for warm in list(self._warm.values())]) else None
                continue
            idle = PAUSE
            try:
                found = job.work(job)
            except BaseException as error:
                _settle(job.future, error=error)
            else:
                _settle(job.future, found)

    def solved(self, job: Job, state: State) -> Solved:
        """The equilibrium of a state, from memory if it is there.

        Args:
            job: told the phases; state: what was set.

        Raises:
            InputError, InfeasiblePackage, SolveError: as a run of it.
            Superseded: nobody waits for it.
        """
        key = state.digest
        found = self._solved.get(key)
        if found is None or found.equilibrium is None:
            scenario = state.scenario()
            began = time.perf_counter()
            equilibrium = self._equilibrium(job, state, scenario)
            seconds = time.perf_counter() - began
            tables = found.tables if found is not None else {}
            found = Solved(state, scenario, equilibrium, seconds, tables)
            self._solved[key] = found
        self._solved.move_to_end(key)
        self._let_go()
        return found

    def tables(self, job: Job, found: Solved, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Tables of a solved state; each is made when it is first asked for."""
        from dualcarbon.common.tables import columns, conformed
        from dualcarbon.indicators.tables import OF_EQUILIBRIUM, SCENARIO

        names = list(names)
        missing = [name for name in names if name not in found.tables]
        if missing and found.equilibrium is None:
            found = self.solved(job, found.state)
        for name in missing:
            job.at("tables")
            assert found.equilibrium is not None
            table = OF_EQUILIBRIUM[name](found.equilibrium)
            table.insert(0, SCENARIO, NAME)
            found.tables[name] = conformed(name, table[columns(name)])
        return {name: found.tables[name] for name in names}

    def _equilibrium(self, job: Job, state: State, scenario: Scenario) -> Equilibrium:
        rules = state.only(structural)
        key = rules.digest
        if key not in self._warm:
            base = scenario if rules == state else rules.scenario()
            self._warm[key] = Warm.of(self._first(job, base, not rules.changes))
            while len(self._warm) > MOST_SYSTEMS:
                self._warm.popitem(last=False)
        self._warm.move_to_end(key)
        warm = self._warm[key]
        if rules == state:
            return warm.start
        job.at("solve")
        with self._timed("solve"):
            found = warm.solve(scenario.package())
        if found is None:  # a number that adds or drops rows, such as one that leaves zero
            found = self._session(job, scenario).solve(scenario.package())
        return found

    def _first(self, job: Job, scenario: Scenario, shipped_: bool) -> Equilibrium:
        """What everything with the same rules starts from; kept on disk of shipped scenarios."""
        from dualcarbon.sweep.kept import kept

        def build() -> Equilibrium:
            session = self._session(job, scenario)
            job.at("first")
            return session.solve(scenario.package())

        job.at("first")
        with self._timed("first"):
            if not shipped_:
                return build()
            whole = json.dumps(scenario.resolved(), sort_keys=True, default=str)
            found: Equilibrium = kept(f"lab {whole}", build)
        return found

    def _session(self, job: Job, scenario: Scenario) -> Session:
        """A session of a scenario's system that has solved nothing."""
        from dualcarbon.sweep.sessions import Sessions, system_key

        system = system_key(scenario)
        if system not in self._virgin:
            job.at("open")
            with self._timed("open"):
                self._virgin[system] = pickle.dumps(Sessions().of(scenario))
            while len(self._virgin) > MOST_SYSTEMS:
                self._virgin.popitem(last=False)
        self._virgin.move_to_end(system)
        session: Session = pickle.loads(self._virgin[system])
        return session

    def forget(self) -> None:
        """Forget every answer; sessions stay warm."""
        self._solved.clear()
        self.drawn.clear()

    def keep(self, question: str, found: dict[str, Any]) -> dict[str, Any]:
        """Keep an answer for whoever asks the same."""
        self.drawn[question] = found
        while len(self.drawn) > MOST_ANSWERS:
            self.drawn.popitem(last=False)
        return found

    def _timed(self, phase: str) -> _Timed:
        return _Timed(self._expected, phase)

    def _let_go(self) -> None:
        """Keep the newest answers, and of a few of them the solved model."""
        while len(self._solved) > MOST_ANSWERS:
            self._solved.popitem(last=False)
        for old in list(self._solved.values())[:-MOST_SOLVED]:
            old.equilibrium = None


@dataclass
class _Timed:
    seconds: dict[str, float]
    phase: str
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds[self.phase] = time.perf_counter() - self.began


def _settle(future: Future[Any], found: Any = None, error: BaseException | None = None) -> None:
    """Give an answer, unless who asked has gone meanwhile."""
    if not future.set_running_or_notify_cancel():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(found)

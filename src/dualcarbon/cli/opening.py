"""What a verb is given: a run folder, one scenario in it, or a scenario to solve now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.errors import InputError, nearest_name, unknown_name

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.runs.result import Run
    from dualcarbon.scenario.model import Scenario


def open_folder(text: str) -> Run:
    """Read a run folder; ``FOLDER:SCENARIO`` keeps one scenario of it.

    Raises:
        InputError: no such folder, no finished run in it, or no such scenario.
    """
    from dualcarbon.runs.result import Run

    folder, name = _split(text)
    run = Run.open(folder)
    return run if name is None else only(run, name, folder)


def open_run(text: str, progress: Callable[[str], None]) -> Run:
    """Read a run folder, or solve a scenario now.

    Raises:
        InputError: it is neither.
    """
    from dualcarbon.runs.run import run

    if folder_like(text):
        return open_folder(text)
    _check_scenario(text)
    return run(text, progress=progress)


def solve_now(
    text: str, name: str | None, progress: Callable[[str], None]
) -> tuple[Scenario, Equilibrium]:
    """Solve a scenario, or one of a run folder again.

    Raises:
        InputError: it is neither, or the run has no such scenario.
    """
    from dualcarbon.scenario.documents import load_scenarios
    from dualcarbon.sweep.sessions import Sessions

    if folder_like(text):
        scenarios = open_folder(text).scenarios
    else:
        _check_scenario(text)
        scenarios = {s.name: s for s in load_scenarios([text])}
    chosen = name or next(iter(scenarios))
    if chosen not in scenarios:
        raise unknown_name("scenario", chosen, scenarios, where=text)
    progress(f"solve {chosen}")
    scenario = scenarios[chosen]
    return scenario, Sessions().of(scenario).solve(scenario.package())


def only(run: Run, name: str, where: str) -> Run:
    """A run reduced to one of its scenarios.

    Raises:
        InputError: the run has no such scenario.
    """
    if name not in run.scenarios:
        raise unknown_name("scenario", name, run.scenarios, where=where)
    tables = {
        key: table[table["scenario"] == name] if "scenario" in table else table
        for key, table in run.tables.items()
    }
    return replace(run, scenarios={name: run.scenarios[name]}, tables=tables)


def _split(text: str) -> tuple[str, str | None]:
    folder, sign, name = text.rpartition(":")
    if sign and not Path(text).exists() and Path(folder).is_dir():
        return folder, name
    return text, None


def folder_like(text: str) -> bool:
    """Whether what a verb is given names a folder, or one scenario of it."""
    return Path(_split(text)[0]).is_dir()


def _check_scenario(text: str) -> None:
    from dualcarbon.runs import files as runfiles
    from dualcarbon.scenario.documents import SUFFIXES, shipped_names

    if text in shipped_names() or Path(text).is_file():
        return
    known = [*shipped_names(), *runfiles.known_runs()]
    path = Path(text)
    if len(path.parts) > 1 or path.suffix in SUFFIXES:
        raise InputError("no such run folder or scenario file", where=text, allowed=known)
    what = f"'{text}' is neither a run folder nor a scenario"
    raise InputError(what, allowed=known, nearest=nearest_name(text, known))

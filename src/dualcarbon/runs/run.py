"""Run scenarios: solve them on shared systems, make the experiments, collect the tables."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.common.words import checked_language
from dualcarbon.runs.result import Run
from dualcarbon.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.points import Executor, Point

Progress = Callable[[str], None]
"""Told what is done next, in a few words."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """What a run was asked, validated before anything is solved.

    Attributes:
        given: scenarios as they were given.
        sets: changes to them.
        scenarios: the scenarios with the changes, by name.
        lang: language of the report.
    """

    given: tuple[Scenario, ...]
    sets: tuple[str, ...]
    scenarios: dict[str, Scenario]
    lang: str

    @classmethod
    def of(cls, given: Iterable[str | Path | Scenario], sets: Iterable[str], lang: str) -> Question:
        """Load the scenarios and apply the changes.

        Raises:
            InputError: anything that cannot be used.
        """
        from dualcarbon.scenario.documents import load_scenarios
        from dualcarbon.scenario.model import changed

        checked_language(lang)
        unchanged, sets = tuple(load_scenarios(given)), tuple(sets)
        return cls(unchanged, sets, {s.name: s for s in changed(unchanged, sets)}, lang)


def run(
    scenarios: str | Path | Scenario | Iterable[str | Path | Scenario],
    *,
    years: Sequence[int] | None = None,
    days: int | None = None,
    regions: str | None = None,
    lang: str = "en",
    out: str | Path | None = None,
    sets: Iterable[str] = (),
    progress: Progress | None = None,
    threads: int = 1,
    workers: int = 1,
    cluster: str | None = None,
) -> Run:
    """Solve scenarios, make the experiments that belong to them, and collect the tables.

    Scenarios with equal system settings share one model, which is solved warm.

    Args:
        scenarios: shipped names, files, or scenarios.
        years: milestone years, e.g. ``(2025, 2030, 2035)``; days: typical days per year;
            regions: ``provinces`` or ``grids``; they replace the scenarios' own settings.
        lang: language of the report, ``en`` or ``zh``.
        out: run folder to write, or None to write nothing; see :meth:`Run.save`.
        sets: changes such as ``carbon.offset_limit=0.1``.
        progress: told what is done next; from another thread what other processes do.
        threads: threads of the solver.
        workers: processes of this machine that make the experiments; with 1 this one does.
            The tables are the same, bit by bit.
        cluster: address of a ``dask.distributed`` scheduler whose workers make the experiments,
            such as ``tcp://10.0.0.1:8786``.

    Raises:
        InputError: anything given that cannot be used, before anything is solved or written.
        InfeasiblePackage: a scenario's instruments conflict; names them.
    """
    from dualcarbon.runs import folder as runfolder
    from dualcarbon.scenario.model import Scenario
    from dualcarbon.scenario.overrides import system_sets

    given = [scenarios] if isinstance(scenarios, str | Path | Scenario) else scenarios
    question = Question.of(given, (*sets, *system_sets(years, days, regions)), lang)
    tell = progress or (lambda message: None)
    if out is None:
        return _solved(question, tell, threads, workers, cluster)
    from dualcarbon.runs import files as runfiles

    with runfolder.written(Path(out)) as partial:
        result = _solved(question, tell, threads, workers, cluster)
        runfiles.write(result, partial, Path(out), tell)
    return replace(result, folder=Path(out))


def _solved(
    question: Question, progress: Progress, threads: int, workers: int, cluster: str | None
) -> Run:
    from dualcarbon.experiments import context as experiments
    from dualcarbon.experiments.context import Experiment, longest_first
    from dualcarbon.indicators.assumptions import assumptions
    from dualcarbon.indicators.tables import joined
    from dualcarbon.indicators.trilemma import ndc_check, trilemma
    from dualcarbon.indicators.users import user_balance
    from dualcarbon.scenario.documents import shipped_names
    from dualcarbon.sweep.executors import executor

    logger.info("dualcarbon %s: %s", __version__, ", ".join(question.scenarios))
    keys = experiments.wanted(question.scenarios, shipped_names())
    about = tuple(question.scenarios.values()), question.sets, question.given, threads
    points = {key: Experiment(key, *about) for key in longest_first(keys)}
    with executor(min(workers, len(points)), cluster if points else None, progress) as beside:
        equilibria, parts, seconds = _scenarios(
            question, list(points.values()), beside, progress, threads
        )
        answers = dict(zip(points, beside.results(), strict=True))
    for key in keys:
        parts.append(answers[key].value)
        seconds[f"experiment {key}"] = answers[key].seconds
        logger.info("experiment %s took %.1f s", key, answers[key].seconds)
    parts.append({"assumptions": assumptions(question.scenarios.values())})
    of_china = any(s.world == "china" for s in question.scenarios.values())
    if of_china:
        parts.append({"user_balance": user_balance()})
    tables = joined(parts)
    tables["trilemma"] = trilemma(tables)
    if of_china:
        from dualcarbon.loop import loop_tables

        tables["ndc_check"] = ndc_check(tables)

        progress("border and carbon budget")
        tables |= loop_tables(tables)
    _warn_of_failed_checks(tables["checks"])
    return Run(question.scenarios, tables, equilibria, question.lang, seconds)


def _scenarios(
    question: Question, points: Sequence[Point], beside: Executor, progress: Progress, threads: int
) -> tuple[dict[str, Equilibrium], list[dict[str, pd.DataFrame]], dict[str, float]]:
    """Solve the scenarios; experiments begin from the first one of every system."""
    from dualcarbon.indicators.tables import equilibrium_tables
    from dualcarbon.sweep.sessions import Frozen, Sessions, system_key

    sessions, seconds = Sessions(threads), {}
    solved: dict[str, Equilibrium] = {}
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    first = {system_key(s): n for n, s in reversed(question.scenarios.items())}.values()
    start = []
    for name in sorted(question.scenarios, key=lambda n: n not in first):
        scenario, began = question.scenarios[name], time.perf_counter()
        progress(f"solve {name}")
        solved[name] = sessions.of(scenario).solve(scenario.package())
        seconds[f"solve {name}"] = _since(began)
        logger.info("solved %s in %.1f s", name, seconds[f"solve {name}"])
        if points and name in first:
            start.append(Frozen.of(scenario, solved[name]))
            if len(start) == len(first):
                beside.begin(points, start)
        tables[name] = equilibrium_tables(name, solved[name])
    names = list(question.scenarios)
    return {n: solved[n] for n in names}, [tables[n] for n in names], seconds


def _warn_of_failed_checks(checks: pd.DataFrame) -> None:
    for row in checks[~checks["holds"].astype(bool)].itertuples():
        logger.warning(
            "%s: '%s' does not hold, violated by %.1e", row.scenario, row.invariant, row.violation
        )


def _since(start: float) -> float:
    return round(time.perf_counter() - start, 3)

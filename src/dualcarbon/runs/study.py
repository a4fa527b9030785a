"""A study from file to folder: members solved and kept, tables, one page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.common import documents
from dualcarbon.common.whole import whole
from dualcarbon.common.words import checked_language
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.sweep.study import Study

STUDY, REPORT = "study.yaml", "report.html"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    Attributes:
        study: what was asked.
        tables: ``sweep``, ``sweep_points``, ``sweep_effects`` and ``sweep_signs``.
        folder: where they are.
    """

    study: Study
    tables: dict[str, pd.DataFrame]
    folder: Path

    @property
    def unsolved(self) -> pd.DataFrame:
        """Points that have no answer, and why."""
        points = self.tables["sweep_points"]
        return points[points["status"] != "solved"]


def run_study(
    study: str | Path,
    out: str | Path,
    *,
    sets: Iterable[str] = (),
    lang: str = "en",
    progress: Callable[[str], None] | None = None,
    workers: int = 1,
    cluster: str | None = None,
) -> StudyResult:
    """Solve every point of a study file, and write its tables and one page.

    Each point is kept in ``out/points`` once it is solved. Another call goes on where this one was
    stopped, and solves only what is new if the file has changed. The tables are the same, byte for
    byte, whoever solves the points.

    Args:
        study: a shipped name (``offsets``, ``papers_experiments``), or a file; see :class:`dualcarbon.sweep.study.Study`.
        out: folder of the results.
        sets: changes of all its scenarios, such as ``system.regions=grids``.
        lang: language of the page, ``en`` or ``zh``.
        progress: told what is done.
        workers: processes of this machine; cluster: address of a ``dask.distributed`` scheduler in
            place of them.

    Returns:
        The tables, with points that cannot be solved named in ``sweep_points``.

    Raises:
        InputError: anything given that cannot be used, before anything is solved or written.
    """
    from dualcarbon.report.export import write_tables
    from dualcarbon.report.html import write_report
    from dualcarbon.scenario.overrides import parsed
    from dualcarbon.sweep.executors import executor
    from dualcarbon.sweep.members import members_of, solve_members, tables
    from dualcarbon.sweep.study import read_study

    checked_language(lang)
    tell = progress or (lambda message: None)
    where, folder = str(study), Path(out)
    asked = read_study(study, [parsed(text) for text in sets])
    every = members_of(asked, where)
    _prepare(folder, asked)
    found = solve_members(
        every, folder, lambda count: executor(min(workers, count), cluster, tell), tell
    )
    written = tables(asked, every, found, where)
    write_tables(written, folder, lang)
    write_report(written, folder / REPORT, lang=lang, meta=_meta(asked, every))
    result = StudyResult(asked, written, folder)
    if len(result.unsolved):
        logger.warning("%d of %d points have no answer; %s says why", len(result.unsolved),
                       len(written["sweep_points"]), folder / "tables" / "sweep_points.csv")  # fmt: skip
    return result


def _meta(study: Study, every: Iterable[Any]) -> dict[str, Any]:
    """What the page knows of the study beside its tables."""
    bases = {member.base.name: member.base for member in every}
    names = {n: {"title_en": s.title_en, "title_zh": s.title_zh} for n, s in bases.items()}
    worlds = {scenario.world for scenario in bases.values()}
    return {
        "title_en": study.title("en"),
        "title_zh": study.title("zh"),
        "scenarios": names,
        "world": "teaching" if worlds == {"teaching"} else "china",
        "datasets": (),
    }


def _prepare(folder: Path, study: Study) -> None:
    """Make the folder and write the study into it.

    Raises:
        InputError: it cannot be written, or holds something that is no sweep.
    """
    from dualcarbon.sweep.members import POINTS

    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, not a folder", where=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / POINTS).is_dir():
        raise InputError("the folder holds something that is no sweep", where=str(folder),
                         allowed="a new folder, or that of a sweep")  # fmt: skip
    text = documents.dump(study.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    try:
        (folder / POINTS).mkdir(parents=True, exist_ok=True)
        whole(folder / STUDY, partial(_write, text))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(folder)) from None


def _write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")

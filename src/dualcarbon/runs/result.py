"""One run: solved scenarios, what is read off them, and the folder they are kept in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.runs import files
from dualcarbon.runs import folder as runfolder

if TYPE_CHECKING:
    from dualcarbon.equilibrium.rows import Rows


@dataclass(frozen=True)
class Run(files.Parts):
    """Solved scenarios and what is read off them.

    Attributes:
        scenarios: by name.
        tables: tidy tables in people's units; see :mod:`dualcarbon.common.tables`.
        equilibria: solved equilibria by name; empty when the run was read from its folder.
        lang: language of the report.
        seconds: wall time of each step.
        folder: where it was saved, or None.
    """

    folder: Path | None = None

    @classmethod
    def open(cls, folder: str | Path) -> Run:
        """Read a run from its folder; its equilibria are not part of it.

        Raises:
            InputError: the folder does not exist or holds no finished run.
        """
        return cls(**vars(files.read(folder)), folder=Path(folder))

    @property
    def name(self) -> str:
        """Names of the scenarios, joined."""
        return "-".join(self.scenarios)

    def save(self, folder: str | Path | None = None) -> Path:
        """Write the run folder; ``runs/<name>-<hash>`` when none is named.

        Raises:
            InputError: the folder cannot be written, or holds something that is no run.
        """
        place = Path(folder) if folder is not None else files.place_of(self.scenarios)
        with runfolder.written(place) as partial:
            files.write(self, partial, place)
        return place

    def rows(self, scenario: str | None = None) -> Rows | None:
        """Rows of a scenario that can be explained; None where the folder keeps none.

        Args:
            scenario: name; the first by default.

        Raises:
            InputError: no such scenario.
        """
        from dualcarbon.equilibrium.rows import SolvedRows

        name = scenario or next(iter(self.scenarios))
        if name not in self.scenarios:
            raise unknown_name("scenario", name, self.scenarios, where=str(self.folder or "run"))
        if name in self.equilibria:
            return SolvedRows(self.equilibria[name].solution)
        return files.read_rows(self.folder or Path(), name)

    def explain(
        self, row: str | None = None, scenario: str | None = None, lang: str | None = None
    ) -> str:
        """A constraint with its numbers, its dual, unit and meaning; without one, all of them.

        Args:
            row: name of a block of rows; see :meth:`dualcarbon.Equilibrium.explain`.
            scenario: name; the first by default.
            lang: ``en`` or ``zh``; that of the run by default.

        Raises:
            InputError: no such scenario, block of rows or language; the folder keeps no rows.
        """
        from dualcarbon.equilibrium.explain import explanation

        rows = self.rows(scenario)
        if rows is None:
            raise InputError("the run keeps no rows to explain", where=str(self.folder),
                             allowed="a run written by this version")  # fmt: skip
        return explanation(rows, row, lang or self.lang)

    def write_report(self, lang: str | None = None, out: str | Path | None = None) -> Path:
        """Write the report of a run that has a folder.

        Args:
            lang: language; that of the run by default.
            out: HTML file; in the run folder by default, ``report.<lang>.html`` for another
                language.

        Raises:
            InputError: the run was never saved, or the file cannot be written.
        """
        lang = lang or self.lang
        name = files.REPORT if lang == self.lang else f"report.{lang}.html"
        folder = self.folder or Path()
        return files.write_report(self.tables, folder, Path(out or folder / name), lang)

    def summary(self) -> dict[str, Any]:
        """Headline figures by scenario and year, and our range beside the published one."""
        from dualcarbon.indicators.summary import summary

        return summary(self.tables, list(self.scenarios))

"""What a reader takes away: the state as YAML, Python or a command; tables, figures, the report."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.common.outgoing import csv_text
from dualcarbon.errors import unknown_name
from dualcarbon.lab.state import NAME, TITLES, State

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.scenario.model import Scenario

FORMS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("application/zip", "zip"),
    "iamc": ("text/csv; charset=utf-8", "csv"),
    "report": ("text/html; charset=utf-8", "html"),
}
"""Media type and ending of each download."""


def copies(state: State) -> dict[str, str]:
    """The state in three forms that solve the same elsewhere."""
    return {"command": state.command(), "python": state.python(), "yaml": state.yaml()}


def download(
    form: str, tables: Mapping[str, pd.DataFrame], scenario: Scenario, state: State, lang: str
) -> bytes:
    """A file of everything that was solved.

    Args:
        form: ``xlsx``, ``csv``, ``iamc`` or ``report``.
        tables: all tables of the state and its base.
        scenario: the state's; state: as it was set; lang: of the workbook and the report.

    Raises:
        InputError: no such form.
    """
    from dualcarbon.report.html import report_page
    from dualcarbon.report.iamc import iamc_table

    if form == "report":
        return report_page(tables, lang=lang, meta=_meta(scenario, state)).encode()
    if form == "iamc":
        return csv_text(iamc_table(tables)).encode()
    if form == "csv":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, table in tables.items():
                archive.writestr(f"{name}.csv", csv_text(table))
        return packed.getvalue()
    if form == "xlsx":
        from dualcarbon.report.export import write_workbook

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tables.xlsx"
            write_workbook(tables, path, lang=lang)
            return path.read_bytes()
    raise unknown_name("form", form, FORMS, where="download")


def _meta(scenario: Scenario, state: State) -> dict[str, Any]:
    own = {f"title_{lang}": title for lang, title in TITLES.items()}
    return {"world": scenario.world, "command": state.command(), "scenarios": {NAME: own},
            "settings": scenario.system.model_dump(mode="json")}  # fmt: skip

"""The report of a run as one HTML file: no script, no font file, no request leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from dualcarbon.charts.specs import Chart
from dualcarbon.charts.svg import render
from dualcarbon.common.whole import whole
from dualcarbon.errors import InputError
from dualcarbon.report.section import note_of
from dualcarbon.report.text import Text
from dualcarbon.report.topics import build_all
from dualcarbon.report.view import FOLDED, View
from dualcarbon.version import __version__

FOLDER = Path(__file__).parent / "templates"
WIDE, NARROW, CARD = 740.0, 350.0, 235.0


def write_report(
    tables: Mapping[str, pd.DataFrame],
    path: str | Path,
    *,
    lang: str = "en",
    meta: Mapping[str, Any] | None = None,
) -> Path:
    """Write the report of a run.

    Args:
        tables: tidy tables by name; what is missing is left out of the report.
        path: the HTML file to write.
        lang: ``en`` or ``zh``.
        meta: what is known beside the tables, all of it optional: ``title_en``, ``title_zh``,
            ``scenarios`` (name to ``title_en`` and ``title_zh``), ``world``, ``command``,
            ``versions``, ``created``, ``data_sha256``, ``footer`` (key of a text),
            ``datasets`` (embedded tables used, all by default), settings.

    Returns:
        The path written.

    Raises:
        InputError: an unknown language, or the file cannot be written.
    """
    page = report_page(tables, lang=lang, meta=meta)
    path = Path(path)
    try:
        whole(path, lambda part: _write(part, page))
    except OSError as error:
        raise InputError(f"cannot write the report: {error.strerror}", where=str(path)) from error
    return path


def report_page(
    tables: Mapping[str, pd.DataFrame], *, lang: str = "en", meta: Mapping[str, Any] | None = None
) -> str:
    """The report as HTML text; see :func:`write_report`."""
    meta = dict(meta or {})
    text = Text(lang, _titles(meta, lang))
    view = View(dict(tables), text, meta)
    view = replace(view.without(view.folded), meta={**meta, FOLDED: view.folded})
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            text=text,
            title=meta.get(f"title_{lang}") or _title(view),
            subtitle=_subtitle(view),
            created=str(meta.get("created") or datetime.now(UTC).isoformat())[:10],
            version=__version__,
            sections=build_all(view),
            footer=text(str(meta.get("footer", "page.footer"))),
            style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
        )
    )


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8")


def _titles(meta: Mapping[str, Any], lang: str) -> tuple[tuple[str, str], ...]:
    given = meta.get("scenarios")
    if not isinstance(given, Mapping):
        return ()
    return tuple(
        (str(name), str(words[f"title_{lang}"]))
        for name, words in given.items()
        if isinstance(words, Mapping) and words.get(f"title_{lang}")
    )


def _title(view: View) -> str:
    return view.text("page.title_teaching" if view.illustrative else "page.title")


def _subtitle(view: View) -> str:
    if not view.scenarios or not view.years:
        return ""
    years = f"{view.years[0]}–{view.years[-1]}" if len(view.years) > 1 else str(view.years[0])
    names = view.text.listed([view.text.scenario(s) for s in view.scenarios])
    if view.illustrative:
        return view.text("page.subtitle_teaching", names=names, years=years)
    key = "page.subtitle" if view.by_province else "page.subtitle_grids"
    return view.text(key, names=names, years=years, count=len(view.regions))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {"draw": _draw, "draw_card": _draw_card, "note_of": note_of}
    return environment


def _draw(chart: Chart, name: str) -> Markup:
    """A figure laid out twice, for wide and for narrow screens; the style shows one of them."""
    return Markup(render(chart, WIDE, f"{name}-wide") + render(chart, NARROW, f"{name}-narrow"))


def _draw_card(chart: Chart, name: str) -> Markup:
    return Markup(render(chart, CARD, f"{name}-card"))

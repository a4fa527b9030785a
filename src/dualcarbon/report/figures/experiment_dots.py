"""Our figures of an experiment beside the published range."""

from __future__ import annotations

import math

import pandas as pd

from dualcarbon.charts.numbers import signed
from dualcarbon.report.figures.common import POLICY, Spec, caption, published_by
from dualcarbon.report.view import View

GOOD, BAD, OURS = "#2f9a94", "#c0602a", "#2f6fb3"
BAND = "#e0c56a"
INPUTS = ("technologies", "fuel_prices", *POLICY)
COLUMNS = ("experiment", "variant", "indicator", "base", "ours", "published_low", "published_high")


def rows_of(view: View, experiment: str) -> pd.DataFrame | None:
    """Rows of an experiment."""
    table = view.table("experiments", *COLUMNS)
    if table is None:
        return None
    rows = table[table["experiment"] == experiment]
    return None if rows.empty else rows.reset_index(drop=True)


def band_of(view: View, rows: pd.DataFrame) -> Spec | None:
    """The published range of the first row that has one."""
    known = rows.dropna(subset=["published_low", "published_high"], how="all")
    if known.empty:
        return None
    first = known.iloc[0]
    ends = [float(v) for v in (first["published_low"], first["published_high"]) if pd.notna(v)]
    words = view.text("label.published", range=view.text.span(min(ends), max(ends), "%"))
    return {"low": min(ends), "high": max(ends), "label": words}


def experiment_dots(view: View, experiment: str) -> list[Spec]:
    """One figure per comparison: a dot per variant, the published range as a band."""
    return [_figure(view, experiment, rows) for rows in compared_with(view, experiment)]


def compared_with(view: View, experiment: str) -> list[pd.DataFrame]:
    """Rows by indicator and base; those that were published, or the first where none was."""
    rows = rows_of(view, experiment)
    if rows is None:
        return []
    groups = [g for _, g in rows.groupby(["indicator", "base"], sort=False, dropna=False)]
    known = [g for g in groups if g[["published_low", "published_high"]].notna().any(axis=None)]
    alike = [g for g in groups if g["indicator"].iloc[0] == groups[0]["indicator"].iloc[0]]
    chosen = [g for g in groups if any(g is one for one in [*known, *alike])]
    return [g.dropna(subset=["ours"]) for g in chosen if g["ours"].notna().any()]


def _figure(view: View, experiment: str, rows: pd.DataFrame) -> Spec:
    text, band = view.text, band_of(view, rows)
    items = [(text("legend.sign_holds"), GOOD), (text("legend.sign_fails"), BAD)]
    shown = {tone(row) for _, row in rows.iterrows()}
    items = [item for item in items if item[1] in shown] + ([(band["label"], BAND)] if band else [])
    unit = unit_of(view, rows)
    return {
        "kind": "dots",
        "rows": [
            {
                "label": text.own(row, "variant"),
                "points": [{"value": float(row["ours"]), "label": "", "colour": tone(row)}],
                "end": figure_of(view, row),
            }
            for _, row in rows.iterrows()
        ],
        "band": band,
        "reference": None,
        "legend": [{"name": name, "colour": colour} for name, colour in items],
        **caption(view, unit, _years(view), INPUTS),
        "source": text("caption.beside", published=published_by(experiment)),
        "title": text("figure.experiment", name=text.name("experiment", experiment)),
        "reading": _reading(view, rows),
    }


def unit_of(view: View, rows: pd.DataFrame) -> str:
    """What a figure is in words: the change of which indicator, and on which base."""
    first, text = rows.iloc[0], view.text
    words, base = text.own(first, "indicator"), text.own(first, "base")
    if unit_label(view, first) != "%":
        return text("unit_phrase.change", indicator=words, unit=unit_label(view, first))
    if not base:
        return text("unit_phrase.percent_of", indicator=words)
    return text("unit_phrase.percent_on", indicator=words, base=base)


def unit_label(view: View, row: pd.Series) -> str:
    """Unit of a row as written; a percentage where none is given."""
    unit = row.get("unit")
    return view.text.unit(unit).label if isinstance(unit, str) and unit else "%"


def figure_of(view: View, row: pd.Series) -> str:
    """Our figure of a row with its unit."""
    unit = unit_label(view, row)
    return signed(row["ours"]) + (unit if unit == "%" else f" {unit}")


def tone(row: pd.Series) -> str:
    """Colour of a dot: whether the sign of the paper holds."""
    if "sign_holds" not in row or pd.isna(row["sign_holds"]):
        return OURS
    return GOOD if bool(row["sign_holds"]) else BAD


def _years(view: View) -> str:
    return f"{view.years[0]}–{view.years[-1]}" if view.years else ""


def _reading(view: View, rows: pd.DataFrame) -> str:
    if "sign_holds" not in rows.columns:
        return ""
    holds = int(rows["sign_holds"].fillna(False).astype(bool).sum())
    if not holds:
        return view.text("reading.experiment_none", all=len(rows))
    words = view.text("reading.experiment", holds=holds, all=len(rows))
    if band_of(view, rows) is None:
        return words + view.text("reading.experiment_alone")
    inside = sum(_inside(row) for _, row in rows.iterrows())
    key = "reading.experiment_inside" if inside else "reading.experiment_outside"
    return words + view.text(key, inside=inside)


def _inside(row: pd.Series) -> bool:
    low, high = row["published_low"], row["published_high"]
    ends = [float(v) for v in (low, high) if pd.notna(v) and math.isfinite(v)]
    if not ends or pd.isna(row["ours"]):
        return False
    if len(set(ends)) == 1:
        return abs(row["ours"] - ends[0]) <= 0.05 * abs(ends[0])
    return min(ends) <= row["ours"] <= max(ends)

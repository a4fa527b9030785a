"""Our figures of an experiment beside the published range."""

from __future__ import annotations

import math

import pandas as pd

from dualcarbon.report.figures.common import PUBLISHED, Spec, caption
from dualcarbon.report.numbers import signed, span
from dualcarbon.report.view import View

GOOD, BAD, OURS = "#2f9a94", "#c0602a", "#2f6fb3"
BAND = "#e0c56a"
COLUMNS = ("experiment", "variant", "indicator", "base", "ours", "published_low", "published_high")


def rows_of(view: View, experiment: str) -> pd.DataFrame | None:
    """Rows of an experiment."""
    table = view.table("experiments", *COLUMNS)
    if table is None:
        return None
    rows = table[table["experiment"] == experiment]
    return None if rows.empty else rows.reset_index(drop=True)


def comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the indicator and the unit of the first one, which is the headline."""
    same = rows["indicator"] == rows["indicator"].iloc[0]
    if "unit" in rows.columns:
        same &= rows["unit"] == rows["unit"].iloc[0]
    return rows[same]


def band_of(view: View, rows: pd.DataFrame) -> Spec | None:
    """The published range of the first row that has one."""
    known = rows.dropna(subset=["published_low", "published_high"], how="all")
    if known.empty:
        return None
    first = known.iloc[0]
    ends = [float(v) for v in (first["published_low"], first["published_high"]) if pd.notna(v)]
    words = view.text("label.published", range=span(min(ends), max(ends), "%"))
    return {"low": min(ends), "high": max(ends), "label": words}


def experiment_dots(view: View, experiment: str) -> Spec | None:
    """A dot per variant, the published range as a band, variants grouped by their base."""
    rows = rows_of(view, experiment)
    if rows is None:
        return None
    rows = comparable(rows)
    text = view.text
    bases = [text.own(row, "base") for _, row in rows.iterrows()]
    many = len(set(bases)) > 1
    spec_rows = [
        {
            "label": text.own(row, "variant"),
            "group": text("label.base", base=base) if many else "",
            "points": [{"value": float(row["ours"]), "label": "", "colour": tone(row)}],
            "end": signed(row["ours"]) + "%",
        }
        for (_, row), base in zip(rows.iterrows(), bases, strict=True)
        if pd.notna(row["ours"])
    ]
    if not spec_rows:
        return None
    band = band_of(view, rows)
    items = [
        {"name": text("legend.sign_holds"), "colour": GOOD},
        {"name": text("legend.sign_fails"), "colour": BAD},
    ]
    unit = text("unit_phrase.percent_of", indicator=text.own(rows.iloc[0], "indicator"))
    return {
        "kind": "dots",
        "rows": spec_rows,
        "band": band,
        "reference": None,
        "legend": items + ([{"name": band["label"], "colour": BAND}] if band else []),
        **caption(view, unit, _years(view), ()),
        "source": text("caption.beside", published=PUBLISHED),
        "unit": unit,
        "title": text("figure.experiment", name=text.name("experiment", experiment)),
        "reading": _reading(view, rows),
    }


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
    holds = rows["sign_holds"].fillna(False).astype(bool)
    inside = sum(_inside(row) for _, row in rows.iterrows())
    return view.text(
        "reading.experiment", holds=int(holds.sum()), all=len(rows), inside=inside
    )


def _inside(row: pd.Series) -> bool:
    low, high = row["published_low"], row["published_high"]
    ends = [float(v) for v in (low, high) if pd.notna(v) and math.isfinite(v)]
    if not ends or pd.isna(row["ours"]):
        return False
    if len(set(ends)) == 1:
        return abs(row["ours"] - ends[0]) <= 0.05 * abs(ends[0])
    return min(ends) <= row["ours"] <= max(ends)

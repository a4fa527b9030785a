"""The model under the rules of 2024 against the statistics of 2024."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import change
from dualcarbon.report.figures.common import Spec, caption
from dualcarbon.report.view import View

INSIDE, OUTSIDE, TOLERANCE = "#2f9a94", "#c0602a", "#b9bfc6"


def backcast(view: View) -> Spec | None:
    """A dot per item, with the tolerance that was set before looking."""
    table = view.table("backcast", "item", "ours", "observed", "error_pct")
    if table is None:
        return None
    table = judged(table)
    if table.empty:
        return None
    rows = [_row(view, row) for _, row in table.iterrows()]
    text = view.text
    wide = table.assign(size=table["error_pct"].abs()).sort_values("size")
    worst = wide.iloc[-1]
    met = sum(is_within(row) for _, row in table.iterrows())
    return {
        "kind": "dots",
        "rows": rows,
        "band": None,
        "reference": None,
        "legend": [
            {"name": text("legend.inside"), "colour": INSIDE},
            {"name": text("legend.outside"), "colour": OUTSIDE},
            {"name": text("legend.tolerance"), "colour": TOLERANCE},
        ],
        **caption(view, text("unit_phrase.error"), "2024", ("spot_prices",)),
        "source": text("caption.statistics"),
        "title": text("figure.backcast"),
        "reading": text(
            "reading.backcast",
            met=met,
            all=len(table),
            worst=label_of(view, worst),
            error=change(worst["error_pct"]),
        ),
    }


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with a tolerance to keep; all rows where no row has one."""
    known = table["error_pct"].notna()
    if "tolerance_pct" in table.columns and table["tolerance_pct"].notna().any():
        known &= table["tolerance_pct"].notna()
    return table[known]


def label_of(view: View, row: pd.Series) -> str:
    """Item and region of a row."""
    item = view.text.own(row, "item", "statistic")
    region = row.get("region")
    if not isinstance(region, str) or region in ("", "China", "all", "national"):
        return item
    name = view.text.province(region) if region in datasets.provinces() else region
    return view.text("label.item_of_region", item=item, region=name)


def is_within(row: pd.Series) -> bool:
    """Whether the error keeps to its tolerance; without one, to nothing."""
    limit = row.get("tolerance_pct")
    return bool(pd.notna(limit) and abs(row["error_pct"]) <= limit)


def _row(view: View, row: pd.Series) -> Spec:
    limit = row.get("tolerance_pct")
    known = pd.notna(limit)
    return {
        "label": label_of(view, row),
        "low": -float(limit) if known else None,
        "high": float(limit) if known else None,
        "points": [
            {
                "value": float(row["error_pct"]),
                "label": "",
                "colour": INSIDE if is_within(row) or not known else OUTSIDE,
            }
        ],
        "end": change(row["error_pct"]) + "%",
    }

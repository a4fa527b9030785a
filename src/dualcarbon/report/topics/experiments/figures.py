"""Our figures of an experiment beside the published range, and how far they move."""

from __future__ import annotations

import math

import pandas as pd

from dualcarbon.charts.numbers import MINUS, signed, with_unit
from dualcarbon.charts.specs import Band, Dots, Point, Row
from dualcarbon.report.figure import BLUE, POLICY, caption
from dualcarbon.report.page import Caption, Figure
from dualcarbon.report.view import View

GOOD, BAD, BAND = "#2f9a94", "#c0602a", "#e0c56a"
INPUTS = ("technologies", "fuel_prices", *POLICY)
COLUMNS = ("experiment", "indicator", "base", "ours", "published_low", "published_high")
CENTRAL = ("central", "base")
NOTHING = 5e-3
"""Percent; what is smaller counts as no change."""
PUBLISHED = "Zou, Wang & Sun 2022"
OTHERS = "Goulder et al. 2022, 2023; Chen et al. 2018; Luo et al. 2023"


def published_by(experiment: str) -> str:
    """Who published the figures that an experiment is put beside."""
    return OTHERS if experiment == "bands" else PUBLISHED


def beside(view: View, experiment: str) -> Caption:
    """Caption of our figures beside published ones."""
    found = caption(view, view.period, INPUTS)
    source = view.text("caption.beside", published=published_by(experiment))
    return Caption(found.years, source, found.grade, found.licence, found.leans)


def rows_of(view: View, experiment: str) -> pd.DataFrame | None:
    """Rows of an experiment."""
    table = view.table("experiments", *COLUMNS)
    if table is None:
        return None
    rows = table[table["experiment"] == experiment]
    return None if rows.empty else rows.reset_index(drop=True)


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


def band_of(view: View, rows: pd.DataFrame) -> Band | None:
    """The published range of the first row that has one on the same base."""
    known = rows[rows.apply(same_base, axis=1)]
    known = known.dropna(subset=["published_low", "published_high"], how="all")
    if known.empty:
        return None
    first = known.iloc[0]
    ends = [float(v) for v in (first["published_low"], first["published_high"]) if pd.notna(v)]
    words = view.text("label.published", range=view.text.span(min(ends), max(ends), "%"))
    return Band(min(ends), max(ends), words)


def same_base(row: pd.Series) -> bool:
    """Whether the published percentage is a share of what ours is a share of."""
    return bool(row.get("published_base", row["base"]) == row["base"])


def published_words(view: View, rows: pd.DataFrame) -> str:
    """The published range, with its base where that is not ours."""
    low, high = float(rows["published_low"].min()), float(rows["published_high"].max())
    words = view.text.span(low, high, "%")
    if pd.isna(low) or same_base(rows.iloc[0]):
        return words
    base = view.text.name("base", rows.iloc[0]["published_base"])
    return view.text("label.on_another_base", range=words, base=base)


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
        return BLUE
    return GOOD if bool(row["sign_holds"]) else BAD


def experiment_dots(view: View, experiment: str) -> list[Figure]:
    """One figure per comparison: a dot per variant, the published range as a band."""
    text, figures = view.text, []
    for rows in compared_with(view, experiment):
        band = band_of(view, rows)
        items = [(text("legend.sign_holds"), GOOD), (text("legend.sign_fails"), BAD)]
        shown = {tone(row) for _, row in rows.iterrows()}
        legend = [item for item in items if item[1] in shown]
        chart = Dots(
            title=text("figure.experiment", name=text.name("experiment", experiment)),
            unit=unit_of(view, rows),
            reading=_reading(view, rows),
            rows=[
                Row(
                    text.own(row, "variant"),
                    [Point(float(row["ours"]), tone(row))],
                    end=figure_of(view, row),
                )
                for _, row in rows.iterrows()
            ],
            band=band,
            legend=[*legend, (band.label, BAND)] if band else legend,
        )
        figures.append(Figure(chart, beside(view, experiment)))
    return figures


def sensitivity(view: View, experiment: str) -> Figure | None:
    """A row per assumption, a dot per value; a row named ``central`` gives the line."""
    table = view.table("sensitivity", "experiment", "assumption", "value", "ours")
    if table is None:
        return None
    chosen = table[(table["experiment"] == experiment) & table["ours"].notna()]
    is_central = chosen["assumption"].isin(CENTRAL)
    central = float(chosen[is_central]["ours"].iloc[0]) if is_central.any() else None
    chosen = chosen[~is_central]
    if chosen.empty:
        return None
    level = float(chosen["ours"].median()) if central is None else central
    groups = [group for _, group in chosen.groupby("assumption", sort=False)]
    groups.sort(key=lambda group: _reach(group, level), reverse=True)
    comparisons = compared_with(view, experiment)
    band = band_of(view, comparisons[0]) if comparisons else None
    text = view.text
    words = _widest(view, groups[0], level, central)
    chart = Dots(
        title=text("figure.sensitivity", name=text.name("experiment", experiment)),
        unit=unit_of(view, comparisons[0]) if comparisons else "%",
        reading=words + _sign(view, chosen, level) if words else text("reading.sensitivity_none"),
        rows=[
            Row(
                text.own(group.iloc[0], "assumption"),
                [Point(float(r["ours"]), BLUE, _value(view, r)) for _, r in group.iterrows()],
            )
            for group in groups
        ],
        band=band,
        reference=central,
        legend=[(band.label, BAND)] if band else [],
    )
    return Figure(chart, caption(view, view.period, POLICY))


def _reading(view: View, rows: pd.DataFrame) -> str:
    if "sign_holds" not in rows.columns or rows["sign_holds"].isna().all():
        return ""
    signs = rows["sign_holds"].dropna().astype(bool)
    holds = int(signs.sum())
    if not holds:
        return view.text("reading.experiment_none", all=len(signs))
    words = view.text("reading.experiment", holds=holds, all=len(signs))
    if band_of(view, rows) is None:
        return words + view.text("reading.experiment_alone")
    inside = sum(_inside(row) for _, row in rows.iterrows())
    key = "reading.experiment_inside" if inside else "reading.experiment_outside"
    return words + view.text(key, inside=inside)


def _inside(row: pd.Series) -> bool:
    if "size" in row:
        return bool(row["size"] == "inside the range")
    low, high = row["published_low"], row["published_high"]
    ends = [float(v) for v in (low, high) if pd.notna(v) and math.isfinite(v)]
    if not ends or pd.isna(row["ours"]):
        return False
    if len(set(ends)) == 1:
        return abs(row["ours"] - ends[0]) <= 0.05 * abs(ends[0])
    return min(ends) <= row["ours"] <= max(ends)


def _reach(group: pd.DataFrame, level: float) -> float:
    """How far the values of an assumption lie apart, the central one among them."""
    ends = [*group["ours"], level]
    return float(max(ends) - min(ends))


def _widest(view: View, widest: pd.DataFrame, level: float, central: float | None) -> str:
    """What the assumption that moves the result most does; nothing where none moves it."""
    if _reach(widest, level) < NOTHING:
        return ""
    words = view.text(
        "reading.sensitivity" if len(widest) > 1 else "reading.sensitivity_one",
        assumption=view.text.own(widest.iloc[0], "assumption"),
        low=signed(widest["ours"].min()),
        high=signed(widest["ours"].max()),
    )
    return words if central is None else words + view.text("reading.central", value=signed(central))


def _value(view: View, row: pd.Series) -> str:
    unit = view.text.unit(str(row["unit"]) if pd.notna(row.get("unit")) else "")
    if isinstance(row["value"], int | float):
        return with_unit(float(row["value"]), unit)
    words = str(row["value"]).replace("-", MINUS)
    if unit.label in ("", "1"):
        return words
    return words + unit.label if unit.label == "%" else f"{words} {unit.label}"


def _sign(view: View, rows: pd.DataFrame, level: float) -> str:
    if abs(level) < NOTHING:
        return ""
    turned = rows[(rows["ours"] * level < 0) & (rows["ours"].abs() >= NOTHING)]
    if turned.empty:
        return view.text("reading.sign_kept")
    names = list(dict.fromkeys(view.text.own(row, "assumption") for _, row in turned.iterrows()))
    return view.text("reading.sign_turns", names=view.text.listed(names))

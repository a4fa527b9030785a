"""Accounts of published models beside ours: how far apart models are."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.responsibility import names_of, sourced
from dualcarbon.report.view import View

COLOURS = {
    "ours": "#c8503c",
    "EXIOBASE": "#2f6fb3",
    "Eora": "#2f9a94",
    "GCP": "#e0a63a",
    "ICIO": "#8f6bb8",
    "WIOD": "#7a8c3a",
}
OTHER = "#5b636d"


def model_dots(view: View) -> Spec | None:
    """A row per region and account, a dot per model."""
    table = view.table("responsibility_models", "model", "region", "principle", "value", "year")
    if table is None:
        return None
    text = view.text
    models = [m for m in COLOURS if m in set(table["model"])]
    names = {m: text("label.this_library") if m == "ours" else m for m in models}
    rows = []
    for code, region in names_of(table, text).items():
        for account in dict.fromkeys(table["principle"]):
            found = table[(table["region"] == code) & (table["principle"] == account)]
            sizes = [float(v) / 1000.0 for v in found["value"]]
            points = [
                {"value": size, "label": "", "colour": COLOURS.get(str(model), OTHER)}
                for size, model in zip(sizes, found["model"], strict=True)
            ]
            label = f"{region} · {text.name('principle', account)}"
            end = f"{number(min(sizes))}–{number(max(sizes))}"
            rows.append({"label": label, "points": points, "end": end})
    return {
        "kind": "dots",
        "rows": rows,
        "legend": [{"name": names[m], "colour": COLOURS[m]} for m in models],
        "band": None,
        "reference": None,
        **sourced(table, text("unit_phrase.gt"), view.span(table), "BSD-3"),
        "title": text("figure.model_dots"),
        "reading": text("reading.model_dots"),
    }

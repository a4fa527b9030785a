"""The report of a plant to print: totals, lines coloured by tier, parameters with sources."""

from __future__ import annotations

from dualcarbon.common.words import Words, catalogue
from dualcarbon.compliance.forms import Form, sheet
from dualcarbon.compliance.plan import WORDS
from dualcarbon.mrv.report import Report, lines_table, totals_table, used_table
from dualcarbon.mrv.sheets import said
from dualcarbon.mrv.verification import Statement

LINES = ["installation", "period", "item", "process", "amount", "unit", "tco2", "tier", "defaults",
         "default_t", "default_cny"]  # fmt: skip
USED = ["period", "item", "parameter", "value", "unit", "tier", "source"]


def plant_form(
    report: Report, *, price: float | None = None, stated: Statement | None = None, lang: str = "en"
) -> Form:
    """The report of a plant, each line coloured by the worst tier that carries it.

    Args:
        report: of a plant and year; price: CNY/t CO2, to cost defaults; stated: what a verifier
            stated of it; lang: language.
    """
    words = Words(lang, catalogue(WORDS))
    tables = {
        "mrv_totals": totals_table([report]),
        "mrv_lines": lines_table([report], price),
        "mrv_used": used_table([report]),
    }
    totals = tables["mrv_totals"][["item", "value", "unit", "exact"]]
    totals = totals.assign(item=[words(f"total.{one}") for one in totals["item"]])
    lines, used = tables["mrv_lines"][LINES], tables["mrv_used"][USED]
    spoken = lines.assign(
        item=[said("item", one, lang) for one in lines["item"]],
        tier=[said("tier", one, lang) for one in lines["tier"]],
        process=[words(f"process.{one}") for one in lines["process"]],
        defaults=[
            ", ".join(said("parameter", p, lang) for p in one.split(", ") if p)
            for one in lines["defaults"]
        ],
    )
    parameters = used.assign(
        item=[said("item", one, lang) for one in used["item"]],
        parameter=[said("parameter", one, lang) for one in used["parameter"]],
        tier=[said("tier", one, lang) for one in used["tier"]],
    )
    facts = [
        (words("form.plant"), report.plant),
        (words("form.year"), str(report.year)),
        (words("form.guide"), report.guide.title_zh if lang == "zh" else report.guide.title_en),
        (words("form.version"), f"{report.version}, {report.digest[:16]}"),
        (words("form.obligation"), f"{report.obligation:,} t CO2e"),
    ]
    if stated is not None:
        net, gross = (float(100 * s) for s in (stated.misstatement.net, stated.misstatement.gross))
        facts.append((words("form.verified"), words(
            f"verdict.{stated.verdict}", verifier=stated.verifier, tonnes=f"{stated.verified:,}",
            net=f"{net:.2f}", gross=f"{gross:.2f}")))  # fmt: skip
    sheets = (
        sheet(words("form.totals"), "mrv_totals", totals, lang),
        sheet(words("form.emissions"), "mrv_lines", spoken, lang, list(lines["tier"])),
        sheet(words("form.used"), "mrv_used", parameters, lang, list(used["tier"])),
    )
    return Form(words("form.mrv"), tuple(facts), sheets, (words("form.colours"),), tables, lang)

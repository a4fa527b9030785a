"""Plausibility: each check has a name, a severity and a sentence; what cannot be tested says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from dualcarbon.mrv.bands import FAILED, PASSED, UNTESTED, Band, Check, against, bands
from dualcarbon.mrv.guides import FUELS, items
from dualcarbon.mrv.quantities import Datum
from dualcarbon.mrv.report import Report

GJ_PER_TCE = Fraction("29.3076")
GRAMS = 1_000_000
__all__ = ["FAILED", "PASSED", "UNTESTED", "Check", "check", "failed"]


def check(report: Report, signed: int | None = None) -> list[Check]:
    """All checks of a report, those that could not be made included.

    Heat value and carbon per heat in their bands; each month against the mean of its neighbours;
    stock balance; coal rate; intensity; carbon out against carbon in; electricity per tonne; the
    same document under two different figures; and the obligation against a signed report.

    Args:
        report: a report; signed: whole t CO2e of the report that was signed.

    Returns:
        one entry for each thing tested; ``not tested`` says what was missing.

    Source: practice of verification; see the table ``mrv_checks``.
    """
    found: list[Check] = []
    for band in bands():
        if band.sector in ("all", report.guide.sector):
            found += TESTS[band.check](report, band)
    return [*found, *_documents(report), *_signed(report, signed)]


def _parameter(report: Report, band: Band) -> Iterator[Check]:
    """A parameter of an item, or of its family where it has no band of its own."""
    own = {b.item for b in bands() if b.check == band.check}
    for one in report.data:
        family = items()[one.item].kind
        meant = one.item == band.item or (family == band.item and one.item not in own)
        if one.parameter == band.quantity and meant:
            yield against(
                report,
                band,
                one.value,
                installation=one.installation,
                period=str(one.period),
                item=one.item,
            )


def _neighbours(report: Report, band: Band) -> Iterator[Check]:
    """A month over the mean of the months beside it."""
    series: dict[tuple[str, str, str], dict[int, Fraction]] = defaultdict(dict)
    for one in report.data:
        if one.period.month:
            series[one.installation, one.item, one.parameter][one.period.month] = one.value
    for (installation, item, parameter), months in series.items():
        for month, value in months.items():
            beside = [months[m] for m in (month - 1, month + 1) if m in months]
            mean = sum(beside, Fraction(0)) / len(beside) if beside else Fraction(0)
            if mean:
                yield against(
                    report,
                    band,
                    value / mean,
                    installation=installation,
                    period=f"{report.year}-{month:02d}",
                    item=f"{item}.{parameter}",
                )


def _stock(report: Report, band: Band) -> Iterator[Check]:
    """Opening stock plus bought, less used, against closing stock, over use."""
    sums: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
    for one in sorted(report.data, key=lambda d: d.period):
        own = sums[one.installation, one.item]
        if one.parameter == "stock_opening":
            own.setdefault("stock_opening", one.value)
        elif one.parameter == "stock_closing":
            own["stock_closing"] = one.value
        elif one.parameter in ("bought", "amount"):
            own[one.parameter] = own.get(one.parameter, Fraction(0)) + one.value
    for (installation, item), own in sums.items():
        if items()[item].kind not in FUELS or not own.get("amount"):
            continue
        missing = [n for n in ("stock_opening", "bought", "stock_closing") if n not in own]
        rest = (
            None
            if missing
            else (own["stock_opening"] + own["bought"] - own["amount"] - own["stock_closing"])
            / own["amount"]
        )
        yield against(report, band, rest, installation=installation, item=item, missing=missing)


def _coal_rate(report: Report, band: Band) -> Iterator[Check]:
    """Heat of the coal burnt per kWh of gross generation, as coal of 29.3 GJ/t."""
    power = report.output("electricity_gross")
    coal = [line for line in report.lines if items()[line.item].kind == "coal"]
    if not coal:
        return
    heat = Fraction(0)
    for line in coal:
        per_t = next((u.value for u in line.used if u.parameter == "heat_value"), None)
        per_t = (
            per_t
            if per_t is not None
            else _heat(report, line.installation, line.item, str(line.period))
        )
        if per_t is None or not power:
            lacking = ["heat_value"] if per_t is None else ["electricity_gross"]
            yield against(report, band, None, missing=lacking)
            return
        heat += line.amount * per_t
    share = report.shares().get("heat_share") or Fraction(0)
    yield against(report, band, heat * (1 - share) / GJ_PER_TCE / power * GRAMS / 1000)


def _heat(report: Report, installation: str, item: str, period: str) -> Fraction | None:
    return next(
        (
            d.value
            for d in report.data
            if (d.installation, d.item, d.parameter, str(d.period))
            == (installation, item, "heat_value", period)
        ),
        None,
    )


def _intensity(report: Report, band: Band) -> Iterator[Check]:
    made = report.output(band.item)
    emitted = report.shares().get("power_t") if band.item == "electricity_gross" else None
    emitted = report.total() if emitted is None else emitted
    if band.item == "electricity_gross" and not any(
        items()[x.item].kind == "coal" for x in report.lines
    ):
        yield against(report, band, None, missing=["coal"])  # the band is of coal power
        return
    lacking = [] if made else [band.item]
    yield against(report, band, emitted / made if made else None, missing=lacking)


def _electricity(report: Report, band: Band) -> Iterator[Check]:
    made, used = report.output(band.item), report.output("electricity_used")
    given = {band.item: made, "electricity_used": used}
    lacking = [name for name, amount in given.items() if not amount]
    yield against(report, band, None if lacking else used / made, missing=lacking)


def _balance(report: Report, band: Band) -> Iterator[Check]:
    inside = sum(
        (x.tco2 for x in report.lines if x.tco2 > 0 and x.layer != "indirect"), Fraction(0)
    )
    outside = -sum((x.tco2 for x in report.lines if x.tco2 < 0), Fraction(0))
    lacking = [] if inside else ["carbon"]
    yield against(report, band, outside / inside if inside else None, missing=lacking)


def _documents(report: Report) -> Iterator[Check]:
    """The same document behind different figures of the same kind."""
    seen: dict[tuple[str, str, str], list[Datum]] = defaultdict(list)
    for one in report.data:
        if one.document:
            seen[one.document, one.item, one.parameter].append(one)
    for (document, item, parameter), rows in seen.items():
        places = {(d.installation, d.period) for d in rows}
        if len(places) > 1:
            count = Fraction(len(places))
            yield Check(
                "document",
                "minor",
                FAILED,
                report.plant,
                "",
                str(report.year),
                f"{item}.{parameter}",
                count,
                Fraction(1),
                Fraction(1),
                "places",
                document=document,
            )


def _signed(report: Report, signed: int | None) -> Iterator[Check]:
    """The obligation as computed against that of the signed report."""
    if signed is not None:
        same, value = Fraction(signed), Fraction(report.obligation)
        outcome = PASSED if same == value else FAILED
        yield Check(
            "signed", "major", outcome, report.plant, "", str(report.year), "obligation", value,
            same, same, "t CO2e",
        )  # fmt: skip


def failed(found: Sequence[Check]) -> list[Check]:
    """Those that did not pass; what was not tested is no pass and no failure."""
    return [one for one in found if one.outcome == FAILED]


TESTS = {
    "heat_value": _parameter,
    "carbon_per_heat": _parameter,
    "neighbours": _neighbours,
    "stock": _stock,
    "coal_rate": _coal_rate,
    "intensity": _intensity,
    "electricity": _electricity,
    "carbon_balance": _balance,
}

"""Files that ``dualcarbon finance`` starts from: examples to fill in, and what is said without."""

from __future__ import annotations

from pathlib import Path

from dualcarbon.errors import InputError, unknown_name

ENDINGS = (".yaml", ".yml")
PROJECT = """\
# A project; amounts in millions of the currency, prices in currency per MWh, rates as shares.
name: Wind farm
currency: CNY
first_year: 2026
lifetime: 20
capacity_mw: 100
unit_cost_per_kw: 5000        # or investment: 500
full_load_hours: 2200         # or output_mwh: 220000
price_per_mwh: 300
opex_share: 0.02              # of the investment a year; or opex: 10
discount_rate: 0.06
# All below may be left out.
equity_return: 0.08
loans:
  - {name: green credit, share: 0.5, rate: 0.035, tenor: 15}
tax: {rate: 0.25, depreciation_years: 20, free_years: 3, half_years: 3}
carbon:
  emission_factor: 0.5306     # tCO2 avoided per MWh
  factor_source: national average of 2023
  baseline_price_per_mwh: 300
  green_certificate_share: 0.4
  green_certificate_price: 5
"""
SCREEN = """\
# An activity to screen against taxonomies; what is left out counts as unknown.
activity: cement
metrics: {tco2_per_t: 0.45}
evidence: {tco2_per_t: verified report of 2025}
no_harm: {water: yes, pollution: yes, biodiversity: unknown}
safeguards: yes
taxonomies: [EU, China, CGT]
"""
TEMPLATES = {"project": PROJECT, "screen": SCREEN}
NAMES = {"project": "wind.yaml", "screen": "cement.yaml"}


def write_template(kind: str, out: Path | None) -> Path:
    """Write an example of a file: a project, or an activity to screen.

    Raises:
        InputError: an unknown kind; the file is no YAML, exists, or cannot be written.
    """
    from dualcarbon.common.whole import whole

    if kind not in TEMPLATES:
        raise unknown_name("template", kind, TEMPLATES)
    path = out or Path(NAMES[kind])
    if path.suffix.lower() not in ENDINGS:
        raise unknown_name("kind of file", path.suffix, ENDINGS, where=str(path))
    if path.exists():
        raise InputError("exists already", where=str(path))
    if not path.parent.is_dir():
        raise InputError("no such folder", where=str(path.parent))
    try:
        return whole(path, lambda part: _written(part, TEMPLATES[kind]))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error


def there(path: Path, kind: str) -> Path:
    """The path of a file, unless it is of a kind that is read and does not exist.

    Raises:
        InputError: there is none; names the verb that writes an example.
    """
    from dualcarbon.international.finance.files import ENDINGS as READ

    endings = READ if kind == "project" else ENDINGS
    if path.suffix.lower() in endings and not path.exists():
        example = f"'dualcarbon finance template {kind} --out {NAMES[kind]}' writes an example"
        raise InputError(
            "no such file", where=str(path), allowed=f"a file in {', '.join(endings)}; {example}"
        )
    return path


def _written(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

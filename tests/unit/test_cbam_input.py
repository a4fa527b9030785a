"""Wrong input to CBAM and the price functions: one clear line, and exit code 2 in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international import cbam, pricing
from dualcarbon.international.cbam import CarbonPrice, Precursor, Shipment, assess

Capture = pytest.CaptureFixture[str]
NAN = float("nan")
BILLET = {"cn": "72071111", "origin": "TR", "tonnes": 100, "year": 2026}
PIG = {"cn": "72011011", "origin": "CN", "per_tonne": 1.0}


def bill(
    price: float | dict[str, float] | None = 80,
    downstream: bool = False,
    law: str = "2026-07",
    **changed: object,
) -> object:
    values = {k: v for k, v in (BILLET | changed).items() if v is not ...}
    return assess(Shipment.model_validate(values), price, downstream=downstream, law=law)


def paid(price: float = 20, **conditions: object) -> CarbonPrice:
    return CarbonPrice.model_validate({"price": price, **conditions})


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "invented code": (lambda: bill(cn="73181590"), "did you mean '731815"),
    "scrap": (lambda: bill(cn="72042100"), "'72042100' is not a good under CBAM"),
    "clay as it is dug": (lambda: bill(cn="2507008020"), "clay that is not calcined"),
    "heading": (lambda: bill(cn="7207"), "not a CN code of eight digits"),
    "no digits": (lambda: bill(cn="steel"), "not a CN code"),
    "digits and letters": (lambda: bill(cn="72071111x"), "72071111x"),
    "proposed good": (lambda: bill(cn="87042110"), "proposes it from 2028"),
    "proposed good before 2028": (
        lambda: bill(cn="87042110", downstream=True),
        "year: '87042110' is proposed from 2028",
    ),
    "proposed good without precursors": (
        lambda: bill(cn="87042110", year=2028, downstream=True),
        "precursors: a downstream good needs",
    ),
    "unknown origin": (lambda: bill(origin="Atlantis"), "unknown origin 'Atlantis'"),
    "misspelt origin": (lambda: bill(origin="Turky"), "did you mean 'Türkiye'"),
    "origin in the EU": (lambda: bill(origin="DE"), "'DE' is in the EU"),
    "exempt origin": (lambda: bill(origin="Norway"), "exempt (Annex III)"),
    "too early": (lambda: bill(year=2025), "no certificates are due for 2025"),
    "too late": (lambda: bill(year=2200), "no certificates are due for 2200"),
    "negative mass": (lambda: bill(tonnes=-5), "tonnes: must be above 0, got -5"),
    "no mass": (lambda: bill(tonnes=...), "tonnes: CN 72071111 is imported in tonnes"),
    "infinite mass": (lambda: bill(tonnes=float("inf")), "tonnes: expected a finite number"),
    "text for a mass": (lambda: bill(tonnes="many"), "tonnes"),
    "unknown field": (lambda: bill(tons=3), "did you mean 'tonnes'"),
    "negative price": (lambda: bill(price=-1), "price: must be zero or more, got -1"),
    "no number for a price": (lambda: bill(price=NAN), "price: must be zero or more"),
    "price of another quarter": (
        lambda: bill(price={"2026-Q1": 80.0}, imported_on=date(2026, 12, 1)),
        "no certificate price of 2026-Q4 is known",
    ),
    "prices of other years": (lambda: bill(price={"2026-Q1": 80.0}, year=2030), "of 2030 is known"),
    "unknown law": (lambda: bill(law="2024-01"), "unknown law '2024-01'"),
    "day of another year": (
        lambda: bill(price=None, imported_on=date(2027, 1, 1)),
        "2027-01-01 is not in 2026",
    ),
    "unknown route": (lambda: bill(route="Z"), "unknown production route 'Z'"),
    "route with default values": (lambda: bill(route="E"), "route E cannot be chosen"),
    "actual without route": (
        lambda: bill(direct=1.9, verified=True),
        "need their production route",
    ),
    "route of another metal": (
        lambda: bill(direct=1.9, verified=True, route="K"),
        "unknown production route 'K'",
    ),
    "unverified": (lambda: bill(direct=1.9, route="C"), "count only when verified"),
    "precursors beside default values": (
        lambda: bill(precursors=[PIG]),
        "precursors count only with actual emissions",
    ),
    "precursor without mass": (
        lambda: Precursor(cn="72011011", origin="CN", per_tonne=0),
        "per_tonne: must be above 0",
    ),
    "cement without its clinker": (
        lambda: bill(cn="25232900", direct=0.8, verified=True),
        "its free allocation lies in its precursors",
    ),
    "electricity in tonnes": (lambda: bill(cn="27160000"), "electricity is imported in MWh"),
    "electricity without a factor": (
        lambda: bill(cn="27160000", tonnes=..., mwh=10),
        "emission_factor: electricity needs",
    ),
    "actual electricity too dirty": (
        lambda: bill(cn="27160000", tonnes=..., mwh=10, emission_factor=0.6, verified=True),
        "an actual factor of 0.6",
    ),
    "importer below its own shipment": (lambda: bill(importer_tonnes=10), "less than this"),
    "negative origin price": (lambda: bill(carbon_price=paid(-3)), "price: must be at least 0"),
    "price effectively paid beside default values": (
        lambda: bill(carbon_price=paid(certified=True)),
        "track: default",
    ),
    "uncertified": (
        lambda: bill(direct=1.9, verified=True, route="C", carbon_price=paid()),
        "counts only when certified",
    ),
    "conditions on a default price": (
        lambda: bill(carbon_price=paid(track="default", free_share=0.5)),
        "free_share belongs to the actual track",
    ),
    "currency without a rate": (
        lambda: bill(carbon_price=paid(currency="CNY", track="default")),
        "CNY needs the yearly average rate",
    ),
    "share above one": (lambda: paid(covered_share=1.2), "covered_share: must be at most 1"),
    "unknown track": (lambda: paid(track="actuel"), "did you mean 'actual'"),
    "rate of zero": (
        lambda: cbam.bill_with_domestic_price(Shipment(**BILLET), 80, 50, 0),
        "exchange_rate: must be positive",
    ),
    "negative penalty": (lambda: cbam.penalty(-1), "missing: must not be negative"),
    "deflation since 2013": (lambda: cbam.penalty(1, index=0.9), "prices have not fallen"),
    "holding of 2026": (lambda: cbam.quarter_end_holding([bill()]), "need be held in 2026"),
    "holding of two years": (
        lambda: cbam.quarter_end_holding([bill(year=2027), bill(year=2028)]),
        "several years",
    ),
    "negative holding": (lambda: cbam.repurchase_limit([-1.0]), "not negative"),
    "no auction": (lambda: cbam.volume_weighted([(80, 0)]), "not all zero"),
    "rebate above one": (lambda: cbam.export_rebate("31021019", 1, 2030, 80, share=2), "share"),
    "path before 2026": (lambda: cbam.exposure("CN", pd.Series({2025: 80.0})), "prices"),
    "unknown measure": (lambda: cbam.exposure_index("indirect"), "unknown measure"),
    "unknown currency": (lambda: pricing.exchange_rate("CNY", "XXX", 2024), "currency 'XXX'"),
    "unknown country": (lambda: pricing.effective_by_country(["BR"]), "unknown country 'BR'"),
    "unknown fuel": (lambda: pricing.excise_price(1, "petrol"), "unknown fuel"),
    "nothing avoided": (lambda: pricing.standard_price(10, 0), "must be positive"),
    "no parts": (lambda: pricing.effective_price([]), "no price parts"),
    "unknown kind": (
        lambda: pricing.PricePart.model_validate({"name": "x", "kind": "etc", "price": 1}),
        "did you mean 'ets'",
    ),
    "unknown price column": (
        lambda: pricing.parts_of_table(pd.DataFrame({"name": ["a"], "knd": ["ets"]})),
        "did you mean 'kind'",
    ),
    "bad price row": (
        lambda: pricing.parts_of_table(
            pd.DataFrame({"name": ["a"], "kind": ["ets"], "price": [-1.0]}), "p.csv"
        ),
        "p.csv: row 2: price: must be at least 0",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=[name.replace(" ", "_") for name in WRONG])
def test_wrong_input_is_one_clear_line(case: str) -> None:
    call, part = WRONG[case]
    with pytest.raises(InputError) as caught:
        call()
    message = str(caught.value)
    assert part in message
    assert "\n" not in message


ASSESS = ("cbam", "assess", "--cn", "72071111", "--origin", "TR", "--tonnes", "1", "--year", "2026")
FILES = {
    "misspelt column": ("cn,orign,tonnes,year\n72071111,TR,1,2026\n", "did you mean 'orign'"),
    "missing column": ("cn,tonnes,year\n72071111,1,2026\n", "column 'origin' is missing"),
    "no amount": ("cn,origin,year\n72071111,TR,2026\n", "column 'tonnes'"),
    "no year": ("cn,origin,tonnes\n72071111,TR,2\n", "column 'year'"),
    "heads of one meaning": (
        "cn,origin,tonnes,tonnes,year\n72071111,TR,1,2,2026\n",
        "column 'tonnes' stands twice",
    ),
    "no rows": ("cn,origin,tonnes,year\n", "no shipments"),
    "no good row": ("cn,origin,tonnes,year\n99999999,TR,1,2026\n", "no row could be assessed"),
}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((*ASSESS, "--price", "-1"), "price: must be zero or more"),
        ((*ASSESS, "--set", "route"), "'route' is not NAME=VALUE"),
        ((*ASSESS, "--set", "rout=C"), "did you mean 'route'"),
        ((*ASSESS, "--set", "verified=perhaps"), "neither yes nor no"),
        ((*ASSESS, "--set", "direct=much"), "direct: 'much' is not a number"),
        ((*ASSESS, "--precursors", "nowhere.json"), "nowhere.json: no such file"),
        ((*ASSESS, "--format", "xml"), "unknown value 'xml'"),
        (("cbam", "batch", "nowhere.csv"), "nowhere.csv: no such file"),
        (("cbam", "exposure", "--growth", "-2"), "must be above -1"),
        (("cbam", "saving", *ASSESS[2:], "--domestic-prices", "1,b"), "prices: 'b' is no number"),
        (("price", "effective", "nowhere.csv"), "no such file"),
        (("price", "effective", "--country", "ZZ"), "unknown country 'ZZ'"),
        (("price", "schemes", "--currency", "ZZZ"), "unknown currency 'ZZZ'"),
    ],
)
def test_the_terminal_says_so_and_ends_with_two(
    capsys: Capture, arguments: tuple[str, ...], part: str
) -> None:
    assert exit_code(arguments) == 2
    said = capsys.readouterr().err
    assert part in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("case", FILES, ids=[name.replace(" ", "_") for name in FILES])
def test_a_file_that_cannot_be_used_ends_with_two(
    capsys: Capture, tmp_path: Path, case: str
) -> None:
    content, part = FILES[case]
    path = tmp_path / "shipments.csv"
    path.write_text(content, encoding="utf-8")
    assert exit_code(("cbam", "batch", str(path))) == 2
    assert part in capsys.readouterr().err


def test_other_files_are_refused(capsys: Capture, tmp_path: Path) -> None:
    for name, content in (
        ("a.txt", b"x"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"\xff\xfe\x00x\x00"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert exit_code(("cbam", "batch", str(path))) == 2
        assert name in capsys.readouterr().err


def test_nothing_is_written_over_or_into_nowhere(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "shipments.csv"
    assert exit_code(("cbam", "template", str(path))) == 0
    assert exit_code(("cbam", "template", str(path))) == 2
    assert "exists already" in capsys.readouterr().err
    for out in (tmp_path / "no" / "out.csv", tmp_path / "out.pdf"):
        assert exit_code(("cbam", "batch", str(path), "--out", str(out))) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["shipments.csv"]

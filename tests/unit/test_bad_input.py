"""Fifty wrong inputs, fifty clear errors: what is wrong, where, what is allowed, exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypsa
import pytest

import dualcarbon as dc
from dualcarbon.cli.main import exit_code

FILES = {
    "top.yaml": "extends: today\ninstrument: {}\n",
    "world.yaml": "world: chna\n",
    "setting.yaml": "system: {yeers: [2025]}\n",
    "settings_text.yaml": "system: fast\n",
    "instrument.yaml": "extends: today\ninstruments: {carbn: {cap: 4e9}}\n",
    "field.yaml": "extends: today\ninstruments: {carbon: {offset_limt: 0.1}}\n",
    "nested.yaml": "extends: today\ninstruments: {carbon: {ccer_eligible: {carrier: [solar]}}}\n",
    "fields_text.yaml": "extends: today\ninstruments: {carbon: on}\n",
    "instruments_list.yaml": "instruments: [carbon, green]\n",
    "province.yaml": "extends: today\ninstruments: {green: {share: {Beijin: 0.3}}}\n",
    "grid.yaml": "system: {regions: grids}\ninstruments: {green: {share: {Shandong: 0.3}}}\n",
    "payment.yaml": "extends: today\ninstruments: {capacity_payment: {rate: {Hebai: 1e5}}}\n",
    "technology.yaml": "extends: today\ninstruments: {carbon: {carriers: [coal_ucs]}}\n",
    "sector.yaml": "extends: today\ninstruments: {carbon: {sectors: [stel]}}\n",
    "class.yaml": "extends: today\ninstruments: {carbon: {benchmarks: {coal_over_600: 0.8}}}\n",
    "eligible.yaml": "extends: today\ninstruments: {green: {eligible: {carriers: [sun]}}}\n",
    "area.yaml": "extends: today\ninstruments: {reserve: {area: gird}}\n",
    "source.yaml": "extends: today\ninstruments: {green: {share: {from_data: rps_total}}}\n",
    "option.yaml": "instruments: {carbon: {benchmarks: {from_data: ets_benchmarks, yr: 2024}}}\n",
    "old_data.yaml": (
        "instruments: {carbon: {benchmarks: {from_data: ets_benchmarks, year: 2010}}}\n"
    ),
    "no_data.yaml": (
        "extends: teaching\ninstruments: {green: {share: {from_data: rps_total_share}}}\n"
    ),
    "circle_a.yaml": "extends: circle_b.yaml\n",
    "circle_b.yaml": "extends: circle_a.yaml\n",
    "parent.yaml": "extends: todai\n",
    "parent_file.yaml": "extends: ./nowhere.yaml\n",
    "parent_list.yaml": "extends: [today, link]\n",
    "not_yaml.yaml": "instruments: {carbon: {cap: 4e9\n",
    "list.yaml": "- today\n- link\n",
    "twice.yaml": "instruments:\n  carbon: {cap: 4e9}\n  carbon: {cap: 3e9}\n",
    "both.yaml": "extends: today\ninstruments: {carbon: {cap: 4e9}}\n",
    "neither.yaml": "instruments: {carbon: {offset_limit: 0.05}}\n",
    "floor.yaml": "extends: today\ninstruments: {carbon: {floor: 90, ceiling: 60}}\n",
    "claims.yaml": "extends: today\ndouble_claims: [[rps, ccerr]]\n",
    "claims_self.yaml": "extends: today\ndouble_claims: [[rps, rps]]\n",
    "claims_flat.yaml": "extends: today\ndouble_claims: [rps, ccer]\n",
    "itself.yaml": (
        "extends: today\n"
        "instruments: {conversion: {table: [\n"
        "  {source: carbon, target: carbon, rate: 1, limit: 1e6}]}}\n"
    ),
    "market.yaml": (
        "extends: today\n"
        "instruments: {conversion: {table: [\n"
        "  {source: carbon, target: gren, rate: 1, limit: 1e6}]}}\n"
    ),
    "circular.yaml": (
        "extends: today\n"
        "instruments:\n"
        "  integrated_attributes: {k: 0.5306}\n"
        "  conversion: {table: [{source: green, target: carbon, rate: 0.9, limit: 1e6}]}\n"
    ),
    "both_links.yaml": "extends: link\ninstruments: {integrated_attributes: {k: 0.5}}\n",
    "no_market.yaml": "instruments: {green_power_for_allowances: {k: 0.5}}\n",
    "name.yaml": "extends: teaching\nname: 5\n",
}

COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    # files: what is wrong, where, what is allowed or nearest
    "unknown key at the top": ("run top.yaml", ("top.yaml", "'instrument'", "instruments")),
    "unknown world": ("run world.yaml", ("world.yaml: world", "'chna'", "did you mean 'china'")),
    "unknown setting": ("run setting.yaml", ("system", "'yeers'", "did you mean 'years'")),
    "settings are text": ("run settings_text.yaml", ("system", "expected a mapping")),
    "unknown instrument": ("run instrument.yaml", ("instruments", "'carbn'", "'carbon'")),
    "unknown field": ("run field.yaml", ("instruments.carbon", "'offset_limt'", "'offset_limit'")),
    "unknown nested key": ("run nested.yaml", ("carbon.ccer_eligible", "'carrier'", "carriers")),
    "fields are text": ("run fields_text.yaml", ("instruments.carbon", "null to drop it")),
    "instruments are a list": ("run instruments_list.yaml", ("instruments", "expected a mapping")),
    "unknown province": ("run province.yaml", ("green.share", "'Beijin'", "'Beijing'")),
    "province under grids": ("run grid.yaml", ("green.share", "'Shandong'", "North")),
    "unknown province paid": ("run payment.yaml", ("capacity_payment.rate", "'Hebai'", "'Hebei'")),
    "unknown technology": ("run technology.yaml", ("carbon.carriers", "'coal_ucs'", "'coal_usc'")),
    "trade areas of provinces on grids": (
        "run five_markets_today --regions grids",
        ("energy_use.areas.zhejiang", "province 'zhejiang'", "north"),
    ),
    "unknown sector that saves": (
        "run five_markets_today --set white.savers=[stel]",
        ("white.savers", "'stel'", "'steel'"),
    ),
    "unknown sector": ("run sector.yaml", ("carbon.sectors", "'stel'", "'steel'")),
    "unknown class": ("run class.yaml", ("carbon.benchmarks", "'coal_over_600'", "coal_over_300")),
    "unknown eligible carrier": ("run eligible.yaml", ("green.eligible.carriers", "'sun'")),
    "unknown area": ("run area.yaml", ("reserve.area", "'gird'", "'grid'")),
    "unknown data source": ("run source.yaml", ("green.share", "'rps_total'", "rps_total_share")),
    "unknown data option": ("run option.yaml", ("carbon.benchmarks", "'yr'", "year")),
    "year before the data": ("run old_data.yaml", ("carbon.benchmarks", "2010", "2024")),
    "no data for the world": ("run no_data.yaml", ("green.share", "China's provinces only")),
    "extends in a circle": ("run circle_a.yaml", ("circle", "circle_a.yaml -> circle_b.yaml")),
    "unknown parent": ("run parent.yaml", ("parent.yaml: extends", "'todai'", "'today'")),
    "missing parent file": ("run parent_file.yaml", ("extends", "no such file", "nowhere.yaml")),
    "parent is a list": ("run parent_list.yaml", ("extends", "expected the name", "today")),
    "not YAML": ("run not_yaml.yaml", ("not_yaml.yaml, line", "not valid YAML")),
    "a list of scenarios": ("run list.yaml", ("list.yaml", "a mapping")),
    "instrument twice": ("run twice.yaml", ("twice.yaml, line 3", "'carbon' stands twice")),
    "cap and benchmarks": ("run both.yaml", ("instruments.carbon", "either 'cap'", "'benchmarks'")),
    "neither cap nor benchmarks": ("run neither.yaml", ("instruments.carbon", "'benchmarks'")),
    "floor over ceiling": ("run floor.yaml", ("instruments.carbon", "floor", "above the ceiling")),
    "unknown double claim": ("run claims.yaml", ("double_claims", "'ccerr'", "'ccer'")),
    "double claim with itself": ("run claims_self.yaml", ("double_claims", "with itself")),
    "double claims not in pairs": ("run claims_flat.yaml", ("double_claims", "expected a list")),
    "conversion to itself": ("run itself.yaml", ("conversion", "into itself", "two different")),
    "conversion to no market": ("run market.yaml", ("table.0.target", "gren", "green")),
    "circular links": ("run circular.yaml", ("table.0.rate", "circular", "at most 0.5306")),
    "contradictory links": ("run both_links.yaml", ("instruments", "contradictory", "either")),
    "link without a market": ("run no_market.yaml", ("instruments", "needs a market", "'carbon'")),
    "name is a number": ("run name.yaml", ("name.yaml: name", "expected a text, got 5")),
    # arguments and options
    "missing file": ("run nowhere.yaml", ("nowhere.yaml", "no such file")),
    "unknown scenario": ("run tody", ("'tody'", "did you mean 'today'")),
    "scenario twice": ("run teaching teaching", ("'teaching'", "twice")),
    "nothing to run": ("run", ("missing", "argument")),
    "unknown verb": ("rnu today", ("no such command", "rnu")),
    "unknown option": ("run today --yeras 2025", ("no such option", "--yeras")),
    "negative cap": ("run today_cap --set carbon.cap=-1", ("carbon.cap", "not be negative", "-1")),
    "share over one": ("run today --set green.share=1.2", ("green.share", "between 0 and 1")),
    "provincial share over one": (
        "run teaching --set green.share.Eastland=30",
        ("green.share.Eastland", "at most 1", "30"),
    ),
    "unit in a number": ("run today_cap --set carbon.cap=4Gt", ("carbon.cap", "number", "'4Gt'")),
    "slip of a unit": ("run today --set tax.rate=1e6", ("tax.rate", "slip of the unit")),
    "not a number": ("run today_cap --set carbon.cap=.nan", ("carbon.cap", "finite number")),
    "wrong choice": (
        "run today --set electricity.dispatch=merit",
        ("electricity.dispatch", "'merit'", "merit_order, equal_shares"),
    ),
    "a word for a switch": ("run today --set carbon.banking=maybe", ("true or false", "'maybe'")),
    "a word for a list": ("run today --set carbon.sectors=steel", ("expected a list", "'steel'")),
    "set without value": ("run today --set carbon.cap", ("--set", "'carbon.cap'", "path=value")),
    "set without path": ("run today --set =5", ("--set", "'=5'", "path=value")),
    "set with unknown path": ("run today --set carbn.cap=4e9", ("'carbn'", "'carbon'")),
    "set below a number": ("run today --set carbon.offset_limit.x=1", ("no keys of its own",)),
    "set with broken YAML": (
        "run today --set carbon.cap=[1",
        ("--set carbon.cap", "not valid YAML"),
    ),
    "years before the data": ("run today --years 2010,2030", ("years", "2010", "2025-2060")),
    "years after the data": ("run today --years 2030,2075", ("years", "2075", "2025-2060")),
    "years not increasing": ("run today --years 2035,2030", ("years", "must increase")),
    "half a year": ("run today --years 2025.5", ("--years", "'2025.5'", "2025,2030")),
    "no years": ("run today --set system.years=[]", ("years", "at least one year")),
    "no days": ("run today --days 0", ("--days", "'0'", "at least 1")),
    "too many days": ("run today --days 400", ("system.days", "at most 365", "400")),
    "days in words": ("run today --days four", ("--days", "'four'", "whole number")),
    "days in the teaching world": ("run teaching --days 4", ("system", "'days'", "years")),
    "unknown regions": ("run today --regions cities", ("regions", "'cities'", "provinces, grids")),
    "unknown format": ("run teaching --format xml", ("--format", "'xml'", "table, json")),
    "unknown language": ("run teaching --lang fr", ("--lang", "'fr'", "en, zh")),
    "output below a file": ("run teaching --out top.yaml/run", ("top.yaml", "cannot write here")),
    "output is a file": ("run teaching --out top.yaml", ("top.yaml", "is a file")),
    "output is someone else's": ("run teaching --out .", ("not a run", "nothing was written")),
    "unknown run folder": ("report runs/nowhere", ("runs/nowhere", "no such run folder")),
    "folder without a run": ("report .", ("no finished run",)),
    "unknown run to compare": ("compare teachin teaching", ("'teachin'", "'teaching'")),
    "unknown run to check": ("check runs/nowhere", ("runs/nowhere", "no such run folder")),
    "unknown export": ("export runs/x --to xls", ("--to", "'xls'", "'xlsx'")),
    "unknown table": ("data show fleets", ("'fleets'", "did you mean 'fleet'")),
    "negative rows": ("data show fleet --rows -1", ("--rows", "not be negative")),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_input_gives_one_clear_line(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, fragments = COMMANDS[name]
    code = exit_code(command.split())
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    said = printed.err.lower()
    assert [f for f in fragments if f.lower() not in said] == [], printed.err
    assert not any(word in said for word in ("pydantic", "traceback", "validation error"))
    assert sorted(p.name for p in folder.iterdir()) == sorted(FILES)


def network(**columns: object) -> pypsa.Network:
    """One bus, one plant, one load."""
    n = pypsa.Network()
    n.add("Carrier", "coal", **columns)
    n.add("Bus", "A")
    n.add("Load", "load", bus="A", p_set=1.0)
    n.add("Generator", "plant", bus="A", carrier="coal", p_nom=2.0, marginal_cost=1.0)
    return n


def of_ready(*instruments: object) -> Callable[[], object]:
    return lambda: dc.solve_equilibrium(
        network(co2_emissions=0.3, renewable=False), list(instruments)
    )


CALLS: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {
    "negative cap": (lambda: dc.CarbonMarket(cap=-1), ("carbon.cap", "not be negative")),
    "share over one": (lambda: dc.GreenCertificates(share=1.5), ("green.share", "0 and 1")),
    "unknown field": (
        lambda: dc.CarbonMarket(cap=1, offset_limits=0.1),
        ("carbon", "'offset_limits'", "did you mean 'offset_limit'"),
    ),
    "missing field": (lambda: dc.CapacityAdequacy(), ("capacity", "'credit' is missing")),
    "offset step": (
        lambda: dc.CarbonMarket(cap=1, offsets=[{"name": "a", "quantity": -1, "price": 5}]),
        ("carbon.offsets.0.quantity", "not be negative"),
    ),
    "no network": (lambda: dc.solve_equilibrium("n", []), ("expected a pypsa.Network", "str")),
    "network without carrier columns": (
        lambda: dc.solve_equilibrium(network(), []),
        ("network.carriers", "'renewable'", "true or false"),
    ),
    "no instrument": (of_ready("carbon"), ("'carbon' is not an instrument",)),
    "instrument twice": (of_ready(dc.CarbonTax(rate=1), dc.CarbonTax(rate=2)), ("given twice",)),
    "unknown covered carrier": (
        of_ready(dc.CarbonMarket(cap=1, carriers=["coals"])),
        ("carbon.carriers", "'coals'", "'coal'"),
    ),
    "year is text": (lambda: dc.run("teaching", years=["2025"]), ("years", "'2025'")),  # type: ignore[list-item]
    "language": (lambda: dc.run("teaching", lang="de"), ("'de'", "en, zh")),
    "no scenario": (lambda: dc.run([]), ("at least one scenario", "today")),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_wrong_call_raises_input_error(name: str) -> None:
    call, fragments = CALLS[name]
    with pytest.raises(dc.InputError) as caught:
        call()
    said = str(caught.value).lower()
    assert [f for f in fragments if f.lower() not in said] == [], said


def test_there_are_more_than_fifty() -> None:
    assert len(COMMANDS) + len(CALLS) >= 50

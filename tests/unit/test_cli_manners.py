"""What every verb owes its reader: help, both languages, silence on request, names of countries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from dualcarbon.cli.answer import Answer, Table, present
from dualcarbon.cli.app import app
from dualcarbon.cli.console import head
from dualcarbon.cli.main import exit_code
from dualcarbon.cli.verb import PANELS
from dualcarbon.datasets.countries import alpha2, alpha3, among
from dualcarbon.errors import InputError

Capture = pytest.CaptureFixture[str]
CHINESE = re.compile(r"[一-鿿]")
FORMATS = ("json", "csv")
OF_A_DEFAULT = {"club", "responsibility"}  # groups in which one verb is meant where none is named
SOLVES = {"run", "attribute", "macc", "sweep", "explain", "check", "compare", "report", "export"}
SOLVES |= {"loop"}
WRITES = {"cbam batch", "cbam template", "finance template", "responsibility report"}
WRITES |= {"responsibility convert", "responsibility template"}
WRITES |= {"finance appraise", "finance screen", "finance disclose"}
WRITES |= {"cbam holding"}
WRITES |= {"mrv template", "mrv calculate", "mrv check", "mrv verify", "mrv credit"}
WRITES |= {"mrv scope2", "mrv embodied", "mrv both", "mrv border"}
WRITES |= {"comply template", "comply position", "comply plan", "comply what-if", "comply report"}
WRITES |= {"comply certificate", "comply statement"}
WRITES |= {f"ledger {name}" for name in ("init", "post", "import-run", "balances", "holdings")}
WRITES |= {f"ledger {name}" for name in ("statement", "trace", "claims")}
WORDLESS = {"club template", "schema", "lab", "ledger export", "ledger verify"}
SHIPMENT = "--cn 72071111 --origin TR --tonnes 1 --year 2026 --price 80"
CHEAP = {
    "link": "--regions China,EU",
    "cooperation": "",
    "recycle": "--charge China=520",
    "scenarios": "",
    "price effective": "--country CN",
    "price schemes": "",
    "cbam assess": SHIPMENT,
    "cbam exposure": "",
    "cbam rules": "",
    "cbam product": "--cn 72071111 --origin TR --price 80",
    "cbam calendar": "",
    "cbam rebate": "--cn 31021019 --tonnes 10 --year 2030",
    "cbam uk": "--cn 28041000 --tonnes 1 --direct 10 --year 2027 --price 56",
    "price package": "",
    "cbam saving": SHIPMENT,
    "club": "--no-groups",
    "club sweep": "--prices 25 --tariffs 0 --no-groups",
    "club rules": "",
    "club community": "",
    "localise": "",
    "finance gap": "",
    "finance hedge": "--prices 60,90 --exposure 10 --tolerance 50",
    "finance belt-road": "",
    "mrv guides": "",
    "mrv allocate": "--class coal_over_300 --year 2024 --mwh 3300000 --gj 1000000",
    "mrv region": "CHN",
    "comply calendar": "--year 2025 --at 2026-03-01",
    "mrv factors": "",
    "ledger rules": "--at 2026-11-28",
    "data list": "",
    "data show": "countries",
    "data verify": "",
    "responsibility accounts": "--principles PBA",
    "responsibility ranking": "--gain-from CBA",
    "responsibility flows": "--top 2",
    "responsibility decompose": "--from 2009 --to 2011 --method polar",
    "responsibility paths": "--top 2 --threshold 0.01",
    "responsibility extract": "--region CHN --sectors construction",
    "responsibility uncertainty": "--draws 2",
    "responsibility series": "--years 2020-2021",
    "responsibility cumulative": "",
    "responsibility tiers": "",
    "responsibility budgets": "--rules equal_per_capita",
    "responsibility quality": "",
    "responsibility tables": "",
    "responsibility provinces": "",
    "responsibility roads": "",
    "responsibility multipliers": "--top 2",
    "responsibility shock": "--change CHN:metals=5",
}


def walked(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """All verbs and groups, with their words."""
    yield " ".join(words), command
    for name, below in getattr(command, "commands", {}).items():
        yield from walked(below, (*words, name))


ALL = dict(walked(typer.main.get_command(app)))
GROUPS = [name for name, command in ALL.items() if hasattr(command, "commands")]
VERBS = [name for name in ALL if name not in GROUPS]


def test_every_verb_is_in_one_of_the_lists() -> None:
    assert {*CHEAP, *SOLVES, *WRITES, *WORDLESS} == {*VERBS, "club"}


def test_every_verb_has_help_and_the_common_options(capsys: Capture) -> None:
    for name in VERBS:
        assert exit_code([*name.split(), "--help"]) == 0, name
        out, err = capsys.readouterr()
        assert err == "", name
        for option in ("--lang", "-q, --quiet", "-v, --verbose", "Example:"):
            assert option in out, (name, option)


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_alone_is_its_help_or_what_it_means(name: str, capsys: Capture) -> None:
    if name in OF_A_DEFAULT:
        return  # tested with the cheap verbs
    code = exit_code(name.split())
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert out.startswith("Usage: dualcarbon")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("club --lang zh sweep", "--lang: stands before 'sweep'"),
        ("club --price 30 --cap rules", "--price: stands before 'rules'"),
        ("responsibility --lang zh tiers", "--lang: stands before 'tiers'"),
    ],
)
def test_options_before_a_verb_are_refused(words: str, told: str, capsys: Capture) -> None:
    """They would be those of the group alone, and go unheard."""
    assert exit_code(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err.replace("：", ": ")
    assert f"dualcarbon {words.split()[0]} {words.split()[-1]} {told.split(':')[0]}" in err


def test_help_lists_verbs_by_panel(capsys: Capture) -> None:
    assert exit_code(["--help"]) == 0
    out = capsys.readouterr().out
    found = [panel for panel in PANELS if f"\n{panel}:\n" in out]
    assert found == ["Markets", "Runs", "Accounts", "Border and world", "Finance", "Units", "Data"]
    places = [out.index(f"\n{panel}:\n") for panel in found]
    assert places == sorted(places)


@pytest.mark.parametrize("name", CHEAP)
def test_quiet_verbs_say_nothing_beside_and_speak_chinese(name: str, capsys: Capture) -> None:
    words = [*name.split(), *CHEAP[name].split(), "-q"]
    heads = {}
    for lang in ("en", "zh"):
        assert exit_code([*words, "--lang", lang]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        heads[lang] = out.strip()
    assert CHINESE.search("".join(heads["zh"].splitlines()[:6]))
    assert heads["en"] != heads["zh"]


@pytest.mark.parametrize("name", CHEAP)
def test_no_english_word_heads_a_chinese_table(
    name: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: list[str] = []
    monkeypatch.setattr(
        "dualcarbon.cli.answer.show", lambda title, found, *_, **__: heads.extend(found)
    )
    assert exit_code([*name.split(), *CHEAP[name].split(), "--lang", "zh"]) == 0
    if name == "data show":
        heads = heads[:5]  # then come the columns of the table, by their names
    english = [text for text in heads if re.match(r"[A-Za-z]?[a-z]{2,}", head(text, "zh"))]
    assert english == []


@pytest.mark.parametrize("name", ["link", "price effective", "data show", "finance gap"])
@pytest.mark.parametrize("form", FORMATS)
def test_forms_hold_the_same_in_both_languages(name: str, form: str, capsys: Capture) -> None:
    words = [*name.split(), *CHEAP[name].split(), "--format", form]
    found = []
    for lang in ("en", "zh"):
        assert exit_code([*words, "--lang", lang]) == 0
        found.append(capsys.readouterr().out)
    if form == "json":
        assert json.loads(found[0]) == json.loads(found[1])
    else:
        assert found[0].count("\n") == found[1].count("\n") > 1


def test_the_environment_sets_the_language(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUALCARBON_LANG", "zh")
    assert exit_code(["club", "rules"]) == 0
    assert "俱乐部规则" in capsys.readouterr().out
    assert exit_code(["club", "rules", "--lang", "en"]) == 0
    assert "Rules of a club" in capsys.readouterr().out


def test_verbose_shows_the_log(capsys: Capture) -> None:
    words = ["responsibility", "uncertainty", "--draws", "2"]
    said = {}
    for option in ("-v", "-q"):
        assert exit_code([*words, option]) == 0
        said[option] = capsys.readouterr().err
    assert "INFO 2 draws" in said["-v"]
    assert said["-q"] == ""


@pytest.mark.parametrize(
    ("words", "last", "expected"),
    [
        ("dualcarbon re", 1, {"report", "recycle", "responsibility"}),
        ("dualcarbon cbam ex", 2, {"exposure"}),
        ("dualcarbon link --lang ", 3, {"en", "zh"}),
        ("dualcarbon run teaching_", 2, {"teaching_link"}),
        ("dualcarbon responsibility ser", 2, {"series"}),
    ],
)
def test_shells_complete_verbs_and_values(
    words: str, last: int, expected: set[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_DUALCARBON_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(last))
    with pytest.raises(SystemExit):
        exit_code([])
    assert set(capsys.readouterr().out.split()) == expected


@pytest.mark.parametrize(
    ("shell", "mark"), [("bash", "complete -o default"), ("zsh", "#compdef dualcarbon")]
)
def test_a_script_of_completion_is_printed(
    shell: str, mark: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_DUALCARBON_COMPLETE", f"source_{shell}")
    with pytest.raises(SystemExit) as end:
        exit_code([])
    assert end.value.code in {0, None}
    assert mark in capsys.readouterr().out


def test_countries_have_many_names() -> None:
    assert {alpha3(name) for name in ("CN", "CHN", "China", "中国", "chn")} == {"CHN"}
    assert {alpha2(name) for name in ("CN", "CHN", "China", "中国")} == {"CN"}
    assert (alpha3("EU"), alpha2("EU27"), alpha3("Nowhere")) == ("EU27", "EU", "Nowhere")
    assert [among(name, ("US", "China")) for name in ("USA", "CHN", "IND")] == [
        "US",
        "China",
        "IND",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cbam exposure CN", "cbam exposure CHN"),
        ("cbam saving --cn 72083900 --origin CN --tonnes 1 --year 2030",
         "cbam saving --cn 72083900 --origin 中国 --tonnes 1 --year 2030"),
        ("price effective --country CN", "price effective --country CHN"),
        ("club --coalition China,US --no-groups", "club --coalition CHN,USA --no-groups"),
        ("link --regions China,US", "link --regions CHN,USA"),
        ("responsibility cumulative CHN,EU27", "responsibility cumulative CN,EU"),
        ("responsibility flows --region CHN", "responsibility flows --region cn"),
        ("responsibility tiers CHN", "responsibility tiers China"),
    ],
)  # fmt: skip
def test_every_code_of_a_country_is_understood(one: str, other: str, capsys: Capture) -> None:
    found = []
    for line in (one, other):
        assert exit_code([*line.split(), "--format", "csv", "-q"]) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("responsibility cumulative CHX", "unknown region 'CHX'"),
        ("link --regions Chian", "did you mean 'China'"),
        ("cbam exposure Chinaa", "did you mean 'China'"),
    ],
)
def test_unknown_countries_are_told(line: str, near: str, capsys: Capture) -> None:
    assert exit_code(line.split()) == 2
    assert near in capsys.readouterr().err


def test_a_table_has_all_forms(capsys: Capture) -> None:
    one = Answer([Table("Title", ["region", "price, EUR/t"], [["A", 1.5], ["B", None]])], json=[1])
    for form, expected in (("csv", 'region,"price, EUR/t"'), ("json", "["), ("table", "Title")):
        present(one, lang="en", format_=form)
        assert capsys.readouterr().out.strip().splitlines()[0] == expected
    present(one, lang="zh")
    assert "欧元/吨" in capsys.readouterr().out
    with pytest.raises(InputError, match="--report: there is no page"):
        present(one, lang="en", report=Path("x.html"))

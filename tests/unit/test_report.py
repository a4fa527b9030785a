"""The HTML report: complete, in both languages, and closed to the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError
from dualcarbon.report.html import report_page, write_report
from dualcarbon.report.text import Text, strings
from dualcarbon.report.topics.experiments.figures import experiment_dots
from dualcarbon.report.view import View
from tests.report_world import META, SCENARIOS, run_tables

REPORT = Path(__file__).resolve().parents[2] / "src" / "dualcarbon" / "report"
VOID = {"meta", "br", "img", "hr", "link", "input"}
SECTIONS = ["answer", "indicators", "quantities", "prices", "consumer", "payments", "returns",
            "carbon", "claims", "overlaps", "paper_claims", "reform_path", "chain",
            "headline", "experiments", "sensitivity", "backcast", "checks",
            "assumptions", "reproduce"]  # fmt: skip


class Page(HTMLParser):
    """Collects elements, attributes and text; fails on tags that do not close."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a start"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "code"):
            self.words.append(data)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return run_tables()


@pytest.fixture(scope="module")
def pages(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {lang: report_page(tables, lang=lang, meta=META) for lang in LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_parses_and_has_every_section_in_order(pages: dict[str, str], lang: str) -> None:
    page = Page(pages[lang])
    assert page.open == []
    found = [value for tag, name, value in page.attributes if tag == "section" and name == "id"]
    assert found == SECTIONS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_identifiers_are_unique_and_references_meet_them(pages: dict[str, str], lang: str) -> None:
    page = Page(pages[lang])
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    wanted = [
        one
        for _, name, value in page.attributes
        if name in ("aria-labelledby", "href")
        for one in value.removeprefix("#").split()
    ]
    assert set(wanted) <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_loaded_from_anywhere(pages: dict[str, str], lang: str) -> None:
    page = Page(pages[lang])
    loading = {
        "src",
        "srcset",
        "data",
        "poster",
        "action",
        "formaction",
        "xlink:href",
        "background",
    }
    assert [a for a in page.attributes if a[1] in loading] == []
    links = [value for _, name, value in page.attributes if name == "href"]
    assert [link for link in links if not link.startswith("#")] == []
    assert not {"script", "link", "iframe", "object", "embed", "img", "base"} & {
        tag for tag, _, _ in page.attributes
    }
    assert re.search(r"https?://|@import|url\(|@font-face", pages[lang]) is None
    assert "default-src 'none'" in pages[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_says_unit_year_source_and_grade(pages: dict[str, str], lang: str) -> None:
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", pages[lang], flags=re.DOTALL)
    text = Text(lang)
    heads = [text(f"caption.{part}", **{part: ""}).strip() for part in ("unit", "years", "source")]
    assert len(captions) >= 15
    for caption in captions:
        assert all(head in caption for head in heads), caption
        assert re.search(r"(Grade|等级：)\W?[ABCD]", caption), caption


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_marker_of_a_missing_value_reaches_the_reader(pages: dict[str, str], lang: str) -> None:
    words = " ".join(Page(pages[lang]).words)
    assert re.search(r"\bnan\b|\bNone\b|\binf\b|\{\w*\}|<NA>", words) is None


def without_columns(page: str) -> str:
    """A page without the list of columns of embedded tables, which go by their names."""
    cut, found = re.subn(r'<section id="assumptions".*?</section>', "", page, flags=re.DOTALL)
    assert found == 1
    return cut


def test_known_names_are_chinese_on_a_chinese_page(pages: dict[str, str]) -> None:
    words = {w.strip() for w in Page(without_columns(pages["zh"])).words}
    english = {
        entry["en"]
        for key, entry in strings().items()
        if entry["en"] != entry["zh"]
        and "{" not in entry["en"]
        and re.search("[a-z]{2}", entry["en"])
    }
    assert words & english == set()
    keys = {k.split(".", 1)[1] for k in strings() if k.split(".")[0] in ("party", "use", "sector")}
    assert words & {k for k in keys if "_" in k} == set()


def test_every_entry_has_both_languages_and_the_same_blanks() -> None:
    for key, entry in strings().items():
        assert set(entry) == set(LANGUAGES), key
        assert all(isinstance(words, str) and words for words in entry.values()), key
        blanks = {lang: sorted(re.findall(r"\{(\w+)\}", entry[lang])) for lang in LANGUAGES}
        assert blanks["en"] == blanks["zh"], key


def test_every_key_that_the_code_asks_for_is_in_the_catalogue() -> None:
    asked = {
        key
        for path in [*REPORT.rglob("*.py"), *REPORT.rglob("*.j2")]
        for key in re.findall(
            r"""text\(\s*["']([a-z_]+\.[A-Za-z_]+)["']""", path.read_text("utf-8")
        )
    }
    assert len(asked) > 80
    assert asked - set(strings()) == set()


def test_a_page_of_chinese_ends_its_sentences_in_chinese() -> None:
    for key, entry in strings().items():
        if key.startswith(("reading.", "lead.", "note.")):
            assert not re.search(r"[一-鿿] ?[,;:](?!\d)", entry["zh"]), key


@pytest.mark.parametrize("left_out", SECTIONS)
def test_what_is_missing_is_left_out(tables: dict[str, pd.DataFrame], left_out: str) -> None:
    needs = {"quantities": ("generation", "capacity"), "payments": ("settlement",),
             "carbon": ("emissions",), "claims": ("tokens", "double_claims"),
             "headline": ("experiments", "verdicts"), "consumer": ("all_in_prices",),
             "overlaps": ("marginal_spread", "burden"),
             "chain": ("chain_border", "chain_budget")}  # fmt: skip
    drop = needs.get(left_out, (left_out,))
    page = report_page({n: t for n, t in tables.items() if n not in drop}, meta=META)
    assert Page(page).open == []


@pytest.mark.parametrize("name", sorted(run_tables()))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_table_alone_makes_a_page(
    tables: dict[str, pd.DataFrame], name: str, lang: str
) -> None:
    assert Page(report_page({name: tables[name]}, lang=lang)).open == []
    assert Page(report_page({name: tables[name].iloc[:0]}, lang=lang)).open == []


def test_a_run_of_one_scenario_and_one_year(tables: dict[str, pd.DataFrame]) -> None:
    chosen = {}
    for name, table in tables.items():
        for column, only in (("scenario", "today"), ("year", 2025)):
            if column in table and name != "assumptions":
                table = table[table[column] == only]
        chosen[name] = table
    words = " ".join(Page(report_page(chosen)).words)
    assert "2025" in words


def test_an_invented_world_is_shown_as_bars_and_graded_d(tables: dict[str, pd.DataFrame]) -> None:
    names = {"Anhui": "Westland", "Beijing": "Southland"}
    small = {}
    for name in ("generation", "emissions", "capacity", "indicators", "prices"):
        table = tables[name]
        column = "region" if name == "prices" else "province"
        if column in table:
            table = table[table[column].isin(names)]
            table = table.assign(**{column: table[column].map(names)})
        small[name] = table
    page = report_page(small, meta={"world": "teaching"})
    assert "Westland" in page
    assert "Grade\u00a0D" in page
    assert "Grade\u00a0C" not in page


def test_regional_grids_are_not_taken_for_an_invented_world(
    tables: dict[str, pd.DataFrame],
) -> None:
    table = tables["generation"].assign(province="Northwest")
    page = report_page({"generation": table, "indicators": tables["indicators"]}, lang="zh")
    assert "区域电网" in page
    assert "虚构" not in page


def test_names_from_users_are_escaped(tables: dict[str, pd.DataFrame]) -> None:
    evil = "<script>alert(1)</script>"
    spoiled = {
        name: table.replace({"scenario": {"link": evil}}) if "scenario" in table else table
        for name, table in tables.items()
    }
    assert "<script" not in report_page(spoiled, meta={**META, "command": evil})


def test_titles_of_own_scenarios_come_from_their_files(tables: dict[str, pd.DataFrame]) -> None:
    own = {
        name: table.replace({"scenario": {"link": "mine"}}) if "scenario" in table else table
        for name, table in tables.items()
    }
    meta = {"scenarios": {"mine": {"title_en": "My reform", "title_zh": "我的改革"}}}
    assert "我的改革" in report_page(own, lang="zh", meta=meta)
    assert "My reform" in report_page(own, lang="en", meta=meta)


def test_verdicts_and_published_figures_stand_on_the_cards(pages: dict[str, str]) -> None:
    head = pages["en"].split('id="headline"')[1].split("</section>")[0]
    for words in ("holds only if", "does not hold", "+20%", "−2.9 to −1.7%", "+2.3 to +14.5%"):
        assert words in head
    assert head.count(">smaller than published<") == 1, "the size has a badge of its own"
    assert "−2.9 to −1.7% of cost of peaking, not defined" in head, "the base is not ours"


def test_no_band_stands_beside_a_percentage_of_another_base(
    tables: dict[str, pd.DataFrame],
) -> None:
    view = View(tables, Text("en"), META)
    bands = {
        name: [figure.chart.band for figure in experiment_dots(view, name)]
        for name in ("link", "integrate", "complete")
    }
    assert all(bands["link"])
    assert not any(bands["integrate"])
    assert all(bands["complete"])


def test_payments_of_each_instrument_sum_to_zero_on_the_page(pages: dict[str, str]) -> None:
    part = pages["en"].split('id="payments"')[1].split("</section>")[0]
    sums = re.findall(r"<tr><td>Sum</td>(.*?)</tr>", part)
    assert len(sums) == len(SCENARIOS)
    assert all(set(re.findall(r">([^<]+)</td>", row)) == {"0"} for row in sums)


def test_report_is_written_whole_or_not_at_all(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    path = write_report(tables, tmp_path / "report.html", lang="zh", meta=META)
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(InputError, match="cannot write the report"):
        write_report(tables, tmp_path / "no" / "report.html")


def test_unknown_language_is_an_error() -> None:
    with pytest.raises(InputError, match=r"unknown language 'fr'.*en, zh"):
        report_page({}, lang="fr")


def test_page_is_small_enough_to_send(pages: dict[str, str]) -> None:
    assert all(len(page.encode()) < 2_000_000 for page in pages.values())

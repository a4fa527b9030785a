"""Refusals in the language of who asked: place, values and names as they were given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dualcarbon.cli import refusals
from dualcarbon.cli.main import exit_code
from dualcarbon.common import documents
from dualcarbon.errors import InputError, unknown_name

CHINESE = re.compile(r"[一-鿿]")
ASKED = {
    "run tody": ("未知的情景“tody”", "是否要用“today”", "可用："),
    "run nowhere.yaml": ("nowhere.yaml", "没有这个文件"),
    "run teaching --set green.share=yes": ("green.share", "应为数，实为"),
    "run teaching --set green.share=2": ("green.share", "0 到 1 之间"),
    "run teaching --set green.shere=0.1": ("未知", "shere", "share"),
    "run teaching --yeras 2025": ("没有选项 --yeras",),
    "rnu teaching": ("没有命令“rnu”",),
    "run": ("缺少参数",),
}


@pytest.mark.parametrize("line", ASKED)
def test_a_refusal_is_chinese_where_chinese_was_asked(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(refusals.VARIABLE, "zh")
    assert exit_code(line.split()) == 2
    told = capsys.readouterr().err
    assert told.startswith("错误：")
    assert all(part in told for part in ASKED[line]), told
    monkeypatch.delenv(refusals.VARIABLE)
    assert exit_code(line.split()) == 2
    english = capsys.readouterr().err
    assert english.startswith("error: ")
    assert not CHINESE.search(english)


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        (["run", "x", "--lang", "zh"], "zh"),
        (["run", "x", "--lang=zh"], "zh"),
        (["run", "x", "--lang"], "en"),
        (["run", "x", "--lang", "fr"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_that_of_the_option(
    arguments: list[str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(refusals.VARIABLE, raising=False)
    assert refusals.language(arguments) == lang


def test_every_pattern_keeps_what_was_given() -> None:
    found = documents.read(refusals.FILE)
    for pattern, chinese in found["sentences"]:
        groups = re.compile(pattern).groups
        fields = {int(n) for n in re.findall(r"\{(\d)\}", chinese)}
        assert fields == set(range(1, groups + 1)), pattern
        assert CHINESE.search(chinese)
    assert all(CHINESE.search(word) or word.isascii() for word in found["things"].values())
    assert set(found["frame"]) == {"error", "near", "allowed", "interrupted"}


def test_what_the_catalogue_does_not_know_stays_as_it_is() -> None:
    assert refusals.said(InputError("is odd", where="a.yaml"), "zh") == "错误：a.yaml：is odd"
    assert refusals.said("is odd", "zh") == "错误：is odd"


def test_words_of_who_asked_are_not_translated(tmp_path: Path) -> None:
    error = unknown_name("scenario", "a {0} scenario", ["today"], where=str(tmp_path))
    assert "“a {0} scenario”" in refusals.said(error, "zh")

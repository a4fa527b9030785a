"""What the server's routes do: states in, answers out; no HTTP here."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dualcarbon import datasets
from dualcarbon.common.words import LANGUAGES, catalogue
from dualcarbon.errors import InputError
from dualcarbon.lab import answer, files
from dualcarbon.lab.controls import controls, structural
from dualcarbon.lab.engine import Engine, Job, Solved
from dualcarbon.lab.state import NAME, TITLES, State, shipped, title_of
from dualcarbon.lab.why import asked
from dualcarbon.lab.why import why as card
from dualcarbon.report.html import FOLDER as TEMPLATES
from dualcarbon.report.text import Text
from dualcarbon.scenario.documents import shipped_names
from dualcarbon.version import __version__

HERE = Path(__file__).parent
MOST_PINNED = 4
FIRST_SHOWN = "today"


@cache
def page() -> str:
    """The page: static, with nothing of any state in it."""
    text = (HERE / "static" / "index.html").read_text(encoding="utf-8")
    return text.replace("{version}", html.escape(__version__))


@cache
def style() -> str:
    """The style of the report, which the figures need."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def data_hash() -> str:
    """Six digits of the hash over all embedded files."""
    described = datasets.catalogue().drop_duplicates("file").sort_values("file")
    return hashlib.sha256("".join(described["sha256"]).encode()).hexdigest()[:6]


def start(lang: str) -> dict[str, Any]:
    """What the page needs once: words, scenarios, version and data."""
    words = {k: v[lang] for k, v in catalogue(HERE / "words.yaml").items()}
    scenarios = []
    for name in shipped_names():
        scenario = shipped(name)
        about = {k: getattr(scenario, f"{k}_{lang}") for k in ("title", "description")}
        scenarios.append({"name": name, "world": scenario.world, **about})
    return {"words": words, "scenarios": scenarios, "version": __version__, "sha": data_hash(),
            "first": FIRST_SHOWN, "languages": list(LANGUAGES)}  # fmt: skip


def levers(given: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The levers of a state, its years, and which of its changes need the solve button."""
    state = State.of(given.get("state"))
    scenario = state.scenario()
    return {
        "markets": controls(scenario, Text(lang)),
        "years": list(scenario.years),
        "world": scenario.world,
        "structural": [path for path, value in state.changes if structural(path, value)],
    }


def staged(
    engine: Engine, given: Mapping[str, Any], job: Job, *, stage: str, lang: str
) -> dict[str, Any]:
    """One stage of an answer; see :data:`dualcarbon.lab.answer.STAGES`."""
    state, text = State.of(given.get("state")), Text(lang)
    pinned = _pinned(given)
    asked = [stage, lang, given.get("year"), state.digest, [(t, s.digest) for t, s in pinned]]
    question = json.dumps(asked)
    known = engine.drawn.get(question)
    if known is None:
        found = engine.solved(job, state)
        parts = _parts(engine, job, found, pinned, stage, text)
        year = given.get("year")
        year = int(year) if year in found.scenario.years else None
        view = answer.view_of(parts, text, found.scenario, year)
        name = parts[-1][0]
        known = answer.shown(view, stage, name)
        if stage == "then":
            known["warnings"] = answer.warnings(view, state, found.scenario, name)
        known |= {
            "digest": state.digest,
            "seconds": round(found.seconds, 2),
            "years": list(found.scenario.years),
            "year": view.last,
        }
        engine.keep(question, known)
    return {**known, "sequence": given.get("sequence")}


def why(engine: Engine, given: Mapping[str, Any], job: Job, *, lang: str) -> dict[str, Any]:
    """The card of a price."""
    found = engine.solved(job, State.of(given.get("state")))
    job.at("why")
    assert found.equilibrium is not None
    text = Text(lang)
    return card(found.equilibrium, asked(dict(given), found.equilibrium), text)


def copies(given: Mapping[str, Any]) -> dict[str, str]:
    """The state as command, Python and YAML."""
    return files.copies(State.of(given.get("state")))


def download(
    engine: Engine, given: Mapping[str, Any], job: Job, *, lang: str
) -> tuple[bytes, str, str]:
    """A file, its media type and its name."""
    from dualcarbon.indicators.assumptions import assumptions
    from dualcarbon.indicators.tables import OF_EQUILIBRIUM, joined

    form = str(given.get("form"))
    if form not in files.FORMS:
        raise InputError(f"unknown form '{form[:20]}'", where="form", allowed=list(files.FORMS))
    state = State.of(given.get("state"))
    found = engine.solved(job, state)
    own = {k: t.copy() for k, t in engine.tables(job, found, OF_EQUILIBRIUM).items()}
    scenarios = [found.scenario]
    parts = [own]
    if state.changes:
        base = engine.solved(job, State(state.base))
        of_base = engine.tables(job, base, OF_EQUILIBRIUM)
        parts.insert(0, {k: t.assign(scenario=state.base) for k, t in of_base.items()})
        scenarios.insert(0, base.scenario)
    else:
        parts = [{k: t.assign(scenario=state.base) for k, t in own.items()}]
    parts.append({"assumptions": assumptions(scenarios)})
    job.at("files")
    content = files.download(form, joined(parts), found.scenario, state, lang)
    media, ending = files.FORMS[form]
    return content, media, f"dualcarbon-{state.base}-{state.digest[:6]}.{ending}"


def _pinned(given: Mapping[str, Any]) -> list[tuple[str, State]]:
    """What is pinned to compare with: title and state of each."""
    pinned = given.get("pinned")
    found = []
    for number, one in enumerate((pinned if isinstance(pinned, list) else [])[:MOST_PINNED], 1):
        if not isinstance(one, Mapping):
            raise InputError("expected a title and a state", where="pinned")
        found.append((title_of(one.get("title"), f"{number}"), State.of(one.get("state"))))
    return found


def _parts(
    engine: Engine,
    job: Job,
    found: Solved,
    pinned: Sequence[tuple[str, State]],
    stage: str,
    text: Text,
) -> list[answer.Part]:
    """Name, title and tables of the base, of what is pinned, and of the state."""
    names = answer.STAGES[stage]
    state = found.state
    tables = engine.tables(job, found, names)
    base_title = text.scenario(state.base) or shipped(state.base).title_en
    if not state.changes and not pinned:
        return [(state.base, base_title, tables)]
    base = engine.solved(job, state.only(lambda path, _: path.startswith("system.")))
    parts: list[answer.Part] = [(state.base, base_title, engine.tables(job, base, names))]
    for number, (title, other) in enumerate(pinned, start=1):
        solved = engine.solved(job, other)
        parts.append((f"pin{number}", title, engine.tables(job, solved, names)))
    if state.changes:
        parts.append((NAME, TITLES[text.lang], tables))
    return parts

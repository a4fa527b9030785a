"""The JSON schema of scenario files, for editors: completion and checks while typing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dualcarbon.common.words import LANGUAGES
from dualcarbon.equilibrium import from_base
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.levers import levers_of
from dualcarbon.scenario.defaults import MARK, SOURCES
from dualcarbon.scenario.documents import shipped_names
from dualcarbon.scenario.law import laws
from dualcarbon.scenario.worlds import WORLDS

FILE = Path(__file__).parent / "schema.json"
TEXT = {"type": "string"}


def scenario_schema() -> dict[str, Any]:
    """Build the schema from the models, so that it can never say something else."""
    definitions: dict[str, Any] = {MARK: _from_data(), from_base.MARK: _from_base()}
    instruments = {
        key: {"anyOf": [_model(instrument, definitions, data=True), {"type": "null"}]}
        for key, instrument in REGISTRY.items()
    }
    settings = [_model(world.settings, definitions) for world in WORLDS.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dualcarbon scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name": TEXT,
            "title_en": TEXT,
            "title_zh": TEXT,
            "description_en": TEXT,
            "description_zh": TEXT,
            "extends": {
                "description": "a shipped scenario, or a file relative to this one",
                "anyOf": [{"enum": shipped_names()}, TEXT],
            },
            "world": {"enum": list(WORLDS)},
            "law": {
                "description": "year whose rules are laid over what the scenario extends",
                "enum": laws(),
            },
            "system": {"anyOf": settings},
            "instruments": {
                "type": "object",
                "additionalProperties": False,
                "properties": instruments,
            },
            "double_claims": {
                "type": "array",
                "items": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
            },
            "base": {
                "description": "scenario solved first; of itself the one that is extended",
                "type": "object",
            },
        },
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def _with_words(schema: dict[str, Any], key: str) -> None:
    """Label, sentence, unit and guidance of each lever, in both languages, as the lab has them."""
    for lever in levers_of(key):
        said = [
            f"{lever.label[lang]}: {lever.says[lang]} {lever.guide[lang]}".strip()
            for lang in LANGUAGES
        ]
        unit = f" [{lever.unit}]" if lever.unit else ""
        entry = schema["properties"][lever.path.partition(".")[2]]
        entry["description"] = f"{said[0]}{unit}\n{said[1]}"


def _from_data() -> dict[str, Any]:
    return {
        "title": "figures from the embedded data",
        "type": "object",
        "required": [MARK],
        "properties": {MARK: {"enum": list(SOURCES)}},
    }


def _from_base() -> dict[str, Any]:
    return {
        "title": "a figure that the extended scenario leads to",
        "type": "object",
        "required": [from_base.MARK],
        "additionalProperties": False,
        "properties": {from_base.MARK: {"enum": list(from_base.FIGURES)}},
    }


def _model(model: Any, definitions: dict[str, Any], *, data: bool = False) -> dict[str, Any]:
    """Reference to a model's schema, whose parts move to the common definitions."""
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    schema["description"] = (model.__doc__ or "").split("\n\n")[0].strip()
    if data:
        marks = [{"$ref": f"#/$defs/{mark}"} for mark in (MARK, from_base.MARK)]
        properties = schema.get("properties", {})
        schema["properties"] = {k: {"anyOf": [v, *marks]} for k, v in properties.items()}
        schema.pop("required", None)  # a file that extends another may leave any field out
        _with_words(schema, model.key)
    definitions[model.__name__] = schema
    return {"$ref": f"#/$defs/{model.__name__}"}

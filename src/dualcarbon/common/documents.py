"""Files of keys and values that people write: 4e9 is a number, no key stands twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import yaml

from dualcarbon.errors import InputError, unreadable

MERGE = "tag:yaml.org,2002:merge"
NUMBER = re.compile(
    r"""^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?
    |\.[0-9]+(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))$|^\.(?:nan|NaN|NAN)$""",
    re.VERBOSE,
)


Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Fast):
    """SafeLoader that reads 4e9 as a number and refuses double keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; a key that stands twice is an error."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == MERGE:  # keys of another mapping, which own keys may replace
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                line = key_node.start_mark.line + 1
                raise InputError(f"'{key}' stands twice", where=f"line {line}")
            seen.add(key)
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:float"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+0123456789."))


def parse(text: str, where: str) -> Any:
    """Read YAML text.

    Args:
        text: YAML.
        where: file or option, for messages.

    Raises:
        InputError: not YAML, or a key stands twice.
    """
    documents = parse_all(text, where)
    if len(documents) > 1:
        names = ", ".join(str(d.get("name", "?")) for d in documents if isinstance(d, dict))
        raise InputError(f"holds {len(documents)} documents ({names}), expected one", where=where)
    return documents[0] if documents else None


def parse_all(text: str, where: str) -> list[Any]:
    """Read YAML text of one or more documents; see :func:`parse`."""
    try:
        return list(yaml.load_all(text, Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise InputError(f"not valid YAML: {problem}", where=f"{where}{line}") from None
    except InputError as error:
        raise error.within(where) from None


def parse_json(text: str, where: str) -> Any:
    """Read JSON text; see :func:`parse`."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}"
        raise InputError(f"not valid JSON: {error.msg}", where=place) from None
    except InputError as error:
        parse(text, where)  # JSON is YAML, whose reader knows the line
        raise error.within(where) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"'{key}' stands twice")
        found[key] = value
    return found


def read(path: Path) -> dict[str, Any]:
    """Read a YAML file whose top level is a mapping.

    Raises:
        InputError: the file is missing, unreadable, not YAML, or no mapping.
    """
    return _mapping(parse(read_text(path), str(path)), path)


def read_all(path: Path) -> list[dict[str, Any]]:
    """Read a YAML file of one or more mappings; see :func:`read`."""
    return [_mapping(document, path) for document in parse_all(read_text(path), str(path))]


def read_text(path: Path) -> str:
    """Read a text file.

    Raises:
        InputError: it is missing, unreadable, or not in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise unreadable(error, path) from None
    except UnicodeDecodeError:
        raise InputError("is no text file in UTF-8", where=str(path)) from None


def _mapping(document: Any, path: Path) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise InputError("expected a mapping of keys to values", where=str(path))
    return document


def dump(document: dict[str, Any]) -> str:
    """Write YAML, keys in their order, Chinese as it is."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under another name and move it into place once it is complete.

    Args:
        path: the file.
        write: writes the path that it is given.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path

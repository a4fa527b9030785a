"""Files of keys and values that people write: 4e9 is a number, no key stands twice.

Whatever bytes a file holds, reading it gives a value or one :class:`InputError`, in a time that its
length bounds: size, depth and what aliases stand for are limited before anything is built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from dualcarbon.errors import InputError, unreadable

MOST_YAML, MOST_BYTES = 4_000_000, 200_000_000  # letters of YAML, bytes of any text
DEEPEST = 100  # lists and mappings inside of each other
MOST_NODES = 200_000  # what a document with aliases stands for when all are written out
TWICE = "stands twice"
MERGE = "tag:yaml.org,2002:merge"
INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$")  # no octal, so that 010 is ten
HALF_A_LETTER = re.compile(r"\\u[dD][89a-fA-F]")
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
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise InputError("a key must be one word or number", where=f"line {line}")
            if key in seen:
                raise InputError(f"'{key}' {TWICE}", where=f"line {line}")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _or_refused(
    build: Callable[[Any, yaml.Node], Any], what: str
) -> Callable[[Any, yaml.Node], Any]:
    """A constructor of a scalar whose failure says where."""

    def built(loader: Any, node: yaml.Node) -> Any:
        try:
            return build(loader, node)
        except (ValueError, OverflowError, LookupError, AttributeError, TypeError) as error:
            shown = str(node.value)[:40]
            place = f"line {node.start_mark.line + 1}"
            raise InputError(f"'{shown}' is no {what}", where=place) from error

    return built


SCALARS = {"bool": "true or false", "int": "whole number", "float": "number", "timestamp": "date",
           "binary": "binary data"}  # fmt: skip
for _tag, _what in SCALARS.items():
    _name = f"tag:yaml.org,2002:{_tag}"
    Loader.add_constructor(_name, _or_refused(yaml.SafeLoader.yaml_constructors[_name], _what))
Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":float", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:int", INTEGER, list("-+0123456789"))
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
    if len(text) > MOST_YAML:
        what = f"holds {len(text):,} letters"
        raise InputError(what, where=where, allowed=f"at most {MOST_YAML:,}")
    try:
        _check_depth(text)
        loader = Loader(text)
        try:
            return list(_documents(loader, aliases="*" in text))
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", "unreadable")
        raise InputError(f"not valid YAML: {problem}", where=f"{where}{line}") from None
    except InputError as error:
        raise error.within(where) from None


def _documents(loader: Any, *, aliases: bool) -> Iterator[Any]:
    while loader.check_node():
        node = loader.get_node()
        if aliases:
            _check_weight(node)
        yield loader.construct_document(node)


def _check_depth(text: str) -> None:
    """Refuse what is nested too deeply; the parser in C would overflow its stack."""
    indents = max(map(len, re.findall(r"^[ ?:-]*", text, re.MULTILINE)))
    if indents + text.count("[") + text.count("{") <= DEEPEST:  # cannot be deeper than that
        return
    depth = 0
    for event in yaml.parse(text, Fast):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            mark = event.start_mark
            place = None if mark is None else f"line {mark.line + 1}"
            raise InputError("is nested too deeply", where=place, allowed=f"{DEEPEST} levels")


def _check_weight(top: yaml.Node) -> None:
    """Refuse aliases that stand for themselves, or all together for far too much."""
    weight: dict[int, int] = {}
    above: set[int] = set()
    waiting = [(top, False)]
    while waiting:
        node, whole = waiting.pop()
        line = f"line {node.start_mark.line + 1}"
        parts = _parts(node)
        if whole:
            above.discard(id(node))
            weight[id(node)] = 1 + sum(weight[id(part)] for part in parts)
            if weight[id(node)] > MOST_NODES:
                what = "its aliases, written out, are too many"
                raise InputError(what, where=line, allowed=f"at most {MOST_NODES:,} values")
        elif id(node) in above:
            raise InputError("an alias stands inside of what it names", where=line)
        elif id(node) not in weight:
            above.add(id(node))
            waiting.append((node, True))
            waiting += [(part, False) for part in parts]


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def parse_json(text: str, where: str) -> Any:
    """Read JSON text; see :func:`parse`."""
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
        if HALF_A_LETTER.search(text):
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}"
        raise InputError(f"not valid JSON: {error.msg}", where=place) from None
    except RecursionError:
        raise InputError("is nested too deeply", where=where) from None
    except UnicodeEncodeError:
        raise InputError("holds half of a letter (\\ud800 to \\udfff)", where=where) from None
    except ValueError:
        raise InputError("holds a number of too many digits", where=where) from None
    except InputError as error:
        if error.what.endswith(TWICE) and len(text) <= MOST_YAML:
            parse(text, where)  # JSON is YAML, whose reader knows the line
        raise error.within(where) from None


def _no_number(name: str) -> Any:
    raise InputError(f"'{name}' is no number that JSON knows", allowed="null for what is unknown")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"'{key}' {TWICE}")
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
    found = parse_all(read_text(path), str(path))
    return [_mapping(document, path) for document in found or [None]]


def read_text(path: Path) -> str:
    """Read a text file.

    Raises:
        InputError: it is missing, unreadable, far too large, or not in UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise unreadable(error, path) from None
    except ValueError:  # a zero byte in its name
        raise InputError("is no name of a file", where=repr(str(path))) from None
    if len(content) > MOST_BYTES:
        what = "is too large to be read"
        raise InputError(what, where=str(path), allowed=f"at most {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is no text file in UTF-8", where=str(path)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mapping(document: Any, path: Path) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise InputError("expected a mapping of keys to values", where=str(path))
    return document


def dump(document: dict[str, Any]) -> str:
    """Write YAML, keys in their order, Chinese as it is."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)

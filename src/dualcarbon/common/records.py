"""What users pass in: frozen records whose validation errors are one clear line each."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
)
from pydantic_core.core_schema import CoreSchema, no_info_wrap_validator_function

from dualcarbon.errors import InputError, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

KEY = "[key]"
KINDS = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "string": "a text",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "finite": "a finite number",
}
BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "above"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "below"),
}


LONGEST_NAME = 80
NOT_IN_NAMES = frozenset('/\\:*?"<>|')
OF_WINDOWS = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt")
                                           for i in range(10))}  # fmt: skip


def file_name(name: str) -> str:
    """Check a name that files are named by: a word of any language, never a path.

    Raises:
        ValueError: it is empty or too long, begins or ends with what folders hide or drop, holds a
            separator, a control character or what turns the direction of writing, or is a device.
    """
    bad = next((c for c in name if c in NOT_IN_NAMES or not c.isprintable()), None)
    if bad is not None:
        raise ValueError(f"files are named by it, so it cannot hold {bad!r}, got {name!r}")
    if not name or name != name.strip() or name[0] in ".-" or name[-1] == ".":
        raise ValueError(
            "files are named by it, so it cannot be empty, begin with a dot or dash, end with a "
            f"dot, or have spaces around it, got {name!r}"
        )
    if len(name) > LONGEST_NAME or len(name.encode()) > 2 * LONGEST_NAME:
        raise ValueError(f"must be shorter, at most {LONGEST_NAME} letters, got {len(name)}")
    if name.lower().partition(".")[0] in OF_WINDOWS:
        raise ValueError(f"'{name}' is a device and no name of a file on Windows")
    return name


FileName = Annotated[str, AfterValidator(file_name)]
"""A name that becomes part of a file's name."""

OF_NUMBERS = {"float_parsing", "int_parsing", "decimal_parsing"}

INSIDE: ContextVar[bool] = ContextVar("inside", default=False)


class Record(BaseModel):
    """Base of all inputs: unknown fields, wrong types and non-finite numbers are refused.

    ``yes`` is no number: a truth value where a number belongs is refused too.

    Raises:
        InputError: on construction, naming the field from the outermost record on, what is
            allowed and the nearest name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def place(cls) -> str:
        """What stands before the names of its fields in messages."""
        return ""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """The schema within :meth:`_one_line`, outside of all validators of the class."""
        schema = dict(handler.resolve_ref_schema(handler(source)))
        ref = schema.pop("ref", None)
        return no_info_wrap_validator_function(cls._one_line, schema, ref=ref)

    @classmethod
    def _one_line(cls, values: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        if INSIDE.get():  # the record around it knows where this one stands
            return handler(values)
        token = INSIDE.set(True)
        try:
            if _holds_truth(values):  # which would count as 0 or 1 where a number belongs
                _refuse_truth(values, handler, cls)
            return handler(values)  # last, for it is what fills the record
        except ValidationError as error:
            raise _explained(error.errors(include_url=False), cls, cls.place()) from None
        finally:
            INSIDE.reset(token)


def _holds_truth(values: Any) -> bool:
    if isinstance(values, Mapping):
        return any(map(_holds_truth, values.values()))
    if isinstance(values, list | tuple):
        return any(map(_holds_truth, values))
    return isinstance(values, bool)


def _truth_as_words(values: Any) -> Any:
    """The values with the words that only fields of true or false read."""
    if isinstance(values, Mapping):
        return {key: _truth_as_words(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_truth_as_words(value) for value in values]
    return str(values).lower() if isinstance(values, bool) else values


def _refuse_truth(values: Any, handler: ValidatorFunctionWrapHandler, model: type[Record]) -> None:
    """Refuse the first truth value that stands where a number belongs."""
    try:
        handler(_truth_as_words(values))
    except ValidationError as error:
        problems = [p for p in error.errors(include_url=False) if p["type"] in OF_NUMBERS]
        if problems:
            raise _explained(problems, model, model.place()) from None
    except InputError:  # of a validator that reads these words as something else
        return


def _explained(problems: list[ErrorDetails], model: type[BaseModel], where: str) -> InputError:
    """Turn the first problem that pydantic found into one clear message."""
    problem = min(problems, key=_rank)
    path = _path(problem, model)
    place = _joined(where, path)
    kind, value = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        fields = [f.alias or n for n, f in _model_at(model, path[:-1]).model_fields.items()]
        return InputError(
            f"unknown key '{path[-1]}'",
            where=_joined(where, path[:-1]) or None,
            allowed=fields,
            nearest=nearest_name(path[-1], fields),
        )
    if kind == "missing":
        return InputError(f"'{path[-1]}' is missing", where=_joined(where, path[:-1]) or None)
    if kind == "literal_error":
        field = [part for part in path if not part.isdigit()]
        choices = _choices(_model_at(model, field[:-1]), field[-1])
        nearest = nearest_name(str(value), choices)
        return InputError(f"unknown value '{value}'", where=place, allowed=choices, nearest=nearest)
    return InputError(_sentence(problem), where=place or None)


def _rank(problem: ErrorDetails) -> tuple[int, int]:
    """Unknown keys first, then broken limits, then the deepest wrong type (of a union's cases)."""
    kind = problem["type"]
    if kind == "extra_forbidden":
        return 0, 0
    if kind in BOUNDS or kind in {"value_error", "literal_error", "finite_number"}:
        return 1, 0
    if kind == "missing":
        return 2, 0
    depth = len([p for p in problem["loc"] if not _is_case(p) and p != KEY])
    return 3, (problem["loc"][-1:] == (KEY,)) - depth


def _sentence(problem: ErrorDetails) -> str:
    kind, value = problem["type"], problem["input"]
    if kind in BOUNDS:
        name, words = BOUNDS[kind]
        return f"must be {words} {problem['ctx'][name]:g}, got {value}"
    if kind == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    if problem["loc"] and problem["loc"][-1] == KEY:
        return f"expected a year or a region, got '{value}'"
    expected = KINDS.get(kind.split("_")[0])
    if expected is None:
        return problem["msg"]
    return f"expected {expected}, got {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping | list | tuple):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return {None: "nothing", True: "true", False: "false"}.get(value, str(value))


def _is_case(part: int | str) -> bool:
    """Whether a part of a location names a case of a union and not a key."""
    text = str(part)
    return text in {"float", "int", "str", "bool"} or (text != KEY and "[" in text)


def _path(problem: ErrorDetails, model: type[BaseModel]) -> list[str]:
    return [str(p) for p in problem["loc"] if not _is_case(p) and p != KEY]


def _joined(where: str, path: Sequence[str]) -> str:
    tail = ".".join(path)
    return f"{where}.{tail}" if where and tail else where or tail


def _model_at(model: type[BaseModel], path: Sequence[str]) -> type[BaseModel]:
    """The model that holds the key at the end of a path of field names and positions."""
    for part in path:
        if part in model.model_fields:
            model = _inner_model(model.model_fields[part].annotation) or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if hasattr(annotation, "model_fields"):
        return annotation
    found = (_inner_model(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _choices(model: type[BaseModel], name: str) -> list[str]:
    field = model.model_fields.get(name)
    return [] if field is None else _literals(field.annotation)


def _literals(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    if get_origin(annotation) in (Union, types.UnionType, tuple):
        return [choice for inner in get_args(annotation) for choice in _literals(inner)]
    return []

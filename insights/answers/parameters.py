"""The parameters of a question, read from the signature of the function that answers it."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from insights.answers.search_text import MOST_CHARACTERS, words

A_DATE = "must be a date that exists, such as 2026-11-20"
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DIGITS = re.compile(r"[0-9]{1,9}")
MOST_ID = 2**63 - 1
NAME_OF_ACCOUNT = Annotated[
    str, msgspec.Meta(pattern="^[A-Za-z0-9._-]{1,64}$", description="The name of another account.")
]
By = Annotated[Literal["plays", "time"], msgspec.Meta(description="Whether to rank by plays or by time.")]


class BadParameter(Exception):
    """A parameter has a value that it does not take; `sentence` says what it takes."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"`{name}` {sentence}")
        self.name, self.sentence = name, sentence


class NoSuchItem(Exception):
    """Nothing has the id that was asked for; the sentence says where ids are shown."""


@dataclass(frozen=True, slots=True)
class ItemId:
    """Marks a parameter as the id of what is asked about. It takes any text: one that is no id is not found."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Marks a text that the question itself parses, and refuses if it cannot."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """Marks a text whose words are searched for."""


@dataclass(frozen=True, slots=True)
class Selects:
    """Marks a parameter that selects what is listed; the download of the list as a table takes it, too."""


@dataclass(frozen=True, slots=True)
class Reveals:
    """Marks a parameter with which an answer shows what `question` shows; it needs the right to ask that one, too."""

    question: str


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """Marks a parameter as the name of another account that the visitor may read."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question. `parse` raises BadParameter, `schema` is JSON Schema.

    `argument` is its name in the function, with an underscore at the end where Python uses the name for something else.
    `selects`: it selects what is listed. `reveals` are the questions that visitors must be allowed to ask to use it.
    """

    name: str
    argument: str
    description: str
    schema: Mapping[str, Any]
    parse: Callable[[str], object]
    default: object
    is_account: bool = False  # the value is then an account that the visitor may read, by its name
    selects: bool = False
    reveals: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is inspect.Parameter.empty


def own_parameters(ask: Callable[..., object]) -> Iterator[Parameter]:
    """The parameters of a question's function, except for the first, which is its subject."""
    hints = get_type_hints(ask, include_extras=True)
    for parameter in list(inspect.signature(ask).parameters.values())[1:]:
        yield _parameter(parameter.name, hints[parameter.name], parameter.default)


def _parameter(argument: str, hint: Any, default: object) -> Parameter:
    name = argument.removesuffix("_")
    kinds = list(_kinds(hint))
    is_account, selects = (any(isinstance(kind, mark) for kind in kinds) for mark in (OtherAccount, Selects))
    reveals = tuple(kind.question for kind in kinds if isinstance(kind, Reveals))
    schema = _of_value(msgspec.json.schema(NAME_OF_ACCOUNT if is_account else hint))
    description = schema.pop("description", "")
    if default is not inspect.Parameter.empty and default is not None:
        schema["default"] = default
    parse = _parser(name, hint, schema)
    return Parameter(name, argument, description, schema, parse, default, is_account, selects, reveals)


def _of_value(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without null: a parameter without a value is left out."""
    several = {name: part for name, part in schema.items() if name != "anyOf"}
    (one, *more) = [each for each in schema.get("anyOf", ({},)) if each.get("type") != "null"]
    return {**schema} if more else {**one, **several}


def _parser(name: str, hint: Any, schema: Mapping[str, Any]) -> Callable[[str], object]:
    kinds = list(_kinds(hint))
    if any(isinstance(kind, ItemId | OtherAccount | Verbatim) for kind in kinds):
        return str
    if any(isinstance(kind, SearchText) for kind in kinds):
        return lambda value: a_search(name, value)
    literal = next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())
    if choices := literal or tuple(schema.get("enum", ())):
        return lambda value: _choice(name, value, choices)
    if date in kinds:
        return lambda value: a_date(name, value)
    if int in kinds:
        return lambda value: whole_number(name, value, schema["minimum"], schema["maximum"])
    raise TypeError(f"{name}: no parameter is read as {hint}")


def _kinds(hint: Any) -> Iterator[Any]:
    """A type, and all that it is made of."""
    yield hint
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    if get_origin(hint) is not Literal:
        for part in get_args(hint):
            yield from _kinds(part)


def whole_number(name: str, value: str, least: int, most: int) -> int:
    """Raises BadParameter."""
    if not DIGITS.fullmatch(value) or not least <= int(value) <= most:
        raise BadParameter(name, f"must be a whole number from {least} to {most}")
    return int(value)


def a_date(name: str, value: str) -> date:
    """Raises BadParameter."""
    try:
        if DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadParameter(name, A_DATE)


def a_search(name: str, value: str) -> str:
    """Raises BadParameter."""
    if not words(value):
        raise BadParameter(name, f"must be 1 to {MOST_CHARACTERS} characters, with a word of a name to search for")
    return value


def an_id(name: str, value: str) -> int | str:
    """Our number, or Spotify's id. Raises BadParameter."""
    if value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= MOST_ID:
        return int(value)
    if len(value) == 22 and value.isascii() and value.isalnum():
        return value
    raise BadParameter(name, "must be an id: our number, or Spotify's 22 letters and digits")


def _choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadParameter(name, f"must be one of {', '.join(choices)}")
    return value

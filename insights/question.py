"""A question about listening, as a value: everything that follows from it is worked out from this one declaration.

Its file in insights/questions/ holds the types of its answer, the function that answers it, and `QUESTION`. The route,
its parameters, the OpenAPI document, and what tokens and links may ask follow from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from inspect import cleandoc, getfile, signature
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from insights.answers.parameters import Parameter, own_parameters
from insights.answers.periods import Period
from insights.answers.sums_only import sums_only
from insights.plays.scope import SPOTIFY_COUNTS, Scope
from insights.quality_words import Say, in_english
from people.accounts import Account

Batches = Callable[[], Sequence[msgspec.Struct]]  # the next rows of a list, none at the end; needs a connection
PERIOD = ("period", "from", "to", "tz")
COUNTING = ("min_seconds",)
ITEMS = ("artist", "album", "track")
TRAITS = ("genre", "decade")
OF = ITEMS + TRAITS
COMPLETENESS = ("completeness",)
TABLES = ("csv", "ndjson")


@dataclass(frozen=True, slots=True)
class Asking:
    """The account, plays and moment that a question is about. With totals only, `now` is when today began.

    `whole` is False for a link that may show one period only. `items` are the values of `artist=`, `album=`, `track=`,
    `genre=` and `decade=`, and `scope` has the tracks that they lead to. `page_at` turns a cursor into what the client
    follows to that page: over HTTP, an address. `for_listener`: the answer goes to the listener, so it may name other
    people. `say` writes sentences: for programs in English, for a page in its language.
    """

    account: Account
    scope: Scope
    now: datetime
    whole: bool = True
    items: tuple[tuple[str, str], ...] = ()
    page_at: Callable[[str], str] = str
    for_listener: bool = False
    say: Say = in_english

    @property
    def period(self) -> Period:
        return self.scope.period


def each_minute(asking: Asking) -> datetime:
    """For questions whose answers change with every minute."""
    return asking.now


@dataclass(frozen=True)
class Question:
    """A question: its name, the function that answers it, and what the answer depends on.

    - `answer` takes a Scope or an Asking, and then its own parameters by name. It returns a `Part`, and its docstring
      is the documentation: the first line is the summary.
    - `takes` are the parameters that it shares with other questions.
    - `lists` is the member of its answer that can be downloaded as a table. `in_batches` reads all rows of that table,
      for an answer that shows only a page of them. It takes a Scope, and the parameters that select rows by name.
    - `default_period` and `min_seconds` apply unless the visitor says otherwise.
    - `sums_only`: a share link with totals only may ask it. `for_period_links`: a share link of one period may, because
      the answer depends on nothing outside of that period.
    - `is_costly`: it may be asked only a limited number of times per minute.
    - `by_clock` returns the part of the time with which the answer changes even if the data does not, such as the date.
    - `old_names` maps deprecated names of parameters to those that replace them.
    - `reads_sums`: it is answered from sums of plays if there are any.
    - `about` is the end of its path.
    - `page` is the title of the page that browsers get at its address; empty: they get JSON, like everybody else.
    """

    name: str
    answer: Callable[..., msgspec.Struct]
    takes: tuple[str, ...]
    sums_only: bool = False
    is_costly: bool = False
    by_clock: Callable[[Asking], object] | None = None
    lists: str = ""
    in_batches: Callable[..., Batches] | None = None
    default_period: str = "all"
    min_seconds: int = SPOTIFY_COUNTS
    for_period_links: bool = True
    reads_sums: bool = True
    old_names: Mapping[str, str] = field(default_factory=dict)
    about: str = "{username}"
    page: str = ""

    @property
    def path(self) -> str:
        return f"/{self.name}/{self.about}"

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The question's own."""
        return tuple(own_parameters(self.answer))

    @cached_property
    def other_accounts(self) -> tuple[Parameter, ...]:
        """The parameters of its own that name accounts."""
        return tuple(own for own in self.parameters if own.is_account)

    @cached_property
    def revealing(self) -> tuple[Parameter, ...]:
        """The parameters of its own that reveal what other questions show."""
        return tuple(own for own in self.parameters if own.reveals)

    @cached_property
    def query_names(self) -> tuple[str, ...]:
        """The names of all parameters in the query of an address, shared ones and its own."""
        own = (own.name for own in self.parameters if f"{{{own.name}}}" not in self.path)
        return (*self.takes, *own, *(["format"] if len(self.formats) > 1 else []))

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """The formats of its answer."""
        return ("json", *(TABLES if self.lists else ()), *(["html"] if self.page else []))

    @cached_property
    def formats_of_sums(self) -> tuple[str, ...]:
        """Those for a link with totals only: no table unless its list is among the totals."""
        has_list = self.lists in sums_only(self.answer_type).__struct_fields__
        return tuple(name for name in self.formats if has_list or name not in TABLES)

    @cached_property
    def is_paged(self) -> bool:
        """Whether an answer shows a page of its list, with the way to the following one in `next`."""
        return any(own.name == "cursor" for own in self.parameters)

    @cached_property
    def answer_type(self) -> type[msgspec.Struct]:
        kind: type[msgspec.Struct] = get_type_hints(self.answer)["return"]
        return kind

    @cached_property
    def summary(self) -> str:
        return self._prose[0].removesuffix(".")

    @cached_property
    def description(self) -> str:
        return " ".join(self._prose[1].split())

    @property
    def _prose(self) -> tuple[str, str]:
        summary, _, description = cleandoc(self.answer.__doc__ or "").partition("\n\n")
        return summary, description

    @cached_property
    def _takes_asking(self) -> bool:
        first = next(iter(signature(self.answer).parameters))
        return get_type_hints(self.answer)[first] is Asking

    @cached_property
    def example_path(self) -> Path:
        """A whole answer, written by its test, next to the file that declares the question."""
        return Path(getfile(self.answer)).parent / "examples" / f"{self.name}.json"

    def example(self) -> dict[str, Any]:
        """Empty until its test has run once."""
        path = self.example_path
        answer: dict[str, Any] = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
        return answer

    def ask(self, asking: Asking, values: Mapping[str, object]) -> msgspec.Struct:
        """The answer; `values` are those of the question's own parameters."""
        return self.answer(asking if self._takes_asking else asking.scope, **values)


def members(answer: msgspec.Struct) -> dict[str, Any]:
    """The members of the answer, without those that are not set."""
    pairs = zip(answer.__struct_encode_fields__, astuple(answer), strict=True)
    return {name: value for name, value in pairs if value is not UNSET}

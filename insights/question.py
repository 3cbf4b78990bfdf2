"""A question about listening, as a value: everything that follows from it is worked out from this one declaration.

Its file in insights/questions/ holds the types of its answer, the function that answers it, and `QUESTION`. The route,
its parameters, the OpenAPI document, and what tokens and links may ask follow from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from inspect import cleandoc, signature
from typing import Any, get_type_hints

import msgspec

from insights.answers.parameters import Parameter, own_parameters
from insights.answers.periods import Period
from insights.plays.scope import SPOTIFY_COUNTS, Scope
from people.accounts import KnownAccount

PERIOD = ("period", "from", "to", "tz")
COUNTING = ("min_seconds",)
OF = ("artist", "album", "track")
COMPLETENESS = ("completeness",)


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom and what a question is about. `now` is to the minute; with sums only, it is when today began.

    `whole` is False for a link that may learn of one period only.
    """

    account: KnownAccount
    scope: Scope
    now: datetime
    whole: bool = True

    @property
    def period(self) -> Period:
        return self.scope.period


@dataclass(frozen=True)
class Question:
    """`answer` takes a Scope or an Asking, and then its own parameters by name; it returns a `Part`.

    `takes` are the parameters that it shares with other questions. `lists` is the member of its answer that can be had
    as a table. `default_period` and `min_seconds` are what it is
    about unless the visitor says otherwise. `is_costly`: nobody may ask it many times a minute. `by_clock`: the answer
    changes with the time of day, even where the data does not. `for_period_links`: what it answers of a period depends
    on that period only. `old_names` of parameters are still taken. `reads_sums`: sums of plays help to
    answer it.
    """

    name: str
    answer: Callable[..., msgspec.Struct]
    takes: tuple[str, ...]
    sums_only: bool = False
    is_costly: bool = False
    by_clock: bool = False
    lists: str = ""
    default_period: str = "all"
    min_seconds: int = SPOTIFY_COUNTS
    for_period_links: bool = True
    reads_sums: bool = True
    old_names: Mapping[str, str] = field(default_factory=dict)
    page: str = ""  # what the navigation of the pages calls its page; empty: it has none
    about: str = "{username}"  # what its path ends with

    @property
    def path(self) -> str:
        return f"/{self.name}/{self.about}"

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its own."""
        return tuple(own_parameters(self.answer))

    @cached_property
    def query_names(self) -> tuple[str, ...]:
        """Of all parameters in a query, shared or its own."""
        own = (own.name for own in self.parameters if f"{{{own.name}}}" not in self.path)
        return (*self.takes, *own, *(["format"] if self.lists else []))

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

    def members(self, asking: Asking, values: Mapping[str, object]) -> dict[str, Any]:
        """What the answer holds beside what all answers hold; `values` are of its own parameters."""
        answered = self.answer(asking if self._takes_asking else asking.scope, **values)
        return {name: getattr(answered, name) for name in answered.__struct_fields__}

"""Ask each provider by itself: one that raises, hangs or answers rubbish is left out, and the others go on."""

import logging
import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Thread
from typing import Any

from db.engine.failures import DatabaseUnreachable
from music import shown_name
from recommend.listening.candidates import KINDS, Candidate
from recommend.listening.context import AfterTheCut, Cached, Context, Reader
from recommend.providers import Provider

log = logging.getLogger(__name__)
SECONDS = 20.0  # that one provider may take
MOST = 200  # candidates of one provider


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a provider: `ok`, `empty`, `stale` (most of its cache is past its time), `failed` or `late`.

    `oldest` is when the oldest was fetched of what it read from the cache.
    """

    state: str
    candidates: tuple[Candidate, ...] = ()
    oldest: datetime | None = None

    @property
    def is_degraded(self) -> bool:
        return self.state in {"stale", "failed", "late"}


def ask(provider: Provider, context: Context, seconds: float = SECONDS) -> Answer:
    """Its candidates, or why there are none; raises nothing but DatabaseUnreachable, and AfterTheCut,
    which is a mistake in this program.
    """
    read = _Reads()
    told: list[Answer | BaseException] = []

    def work() -> None:
        try:
            told.append(_answer(provider.name, tuple(provider.candidates(read.watched(context), MOST))[:MOST]))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it goes to whoever asked
            told.append(error)

    # A thread of its own that dies with the program: Python has no way to stop one that hangs.
    thread = Thread(target=work, daemon=True, name=f"provider {provider.name}")
    thread.start()
    thread.join(seconds)
    if not told:
        log.error("Provider %s took more than %s seconds and is left out", provider.name, seconds)
        return Answer("late")
    (answer,) = told
    if isinstance(answer, AfterTheCut | DatabaseUnreachable):  # no fault of the provider
        raise answer
    if isinstance(answer, BaseException):
        log.error("Provider %s failed and is left out", provider.name, exc_info=answer)
        return Answer("failed")
    return replace(answer, state="stale" if read.is_stale else answer.state, oldest=read.oldest)


def _answer(provider: str, proposed: Sequence[Any]) -> Answer:
    """What can be shown of it. Raises ValueError where there are candidates and none of them can be."""
    usable = tuple(filter(_can_be_shown, proposed))
    unusable = [candidate for candidate in proposed if not _can_be_shown(candidate)]
    if unusable and not usable:
        raise ValueError(f"none of {len(unusable)} candidates can be shown, the first being {str(unusable[0])[:200]}")
    if unusable:
        log.warning("Provider %s: %s of its candidates cannot be shown and are left out, the first being %s",
                    provider, len(unusable), str(unusable[0])[:200])  # fmt: skip
    return Answer("ok" if usable else "empty", usable)


def _can_be_shown(candidate: Any) -> bool:
    return (
        isinstance(candidate, Candidate)
        and candidate.kind in KINDS
        and isinstance(candidate.score, (int, float))
        and math.isfinite(candidate.score)
        and all(
            isinstance(text, str) and shown_name(text) for text in (candidate.name, candidate.artist, candidate.reason)
        )
        and isinstance(candidate.track_id, (int, type(None)))
        and isinstance(candidate.uri, (str, type(None)))
    )


class _Reads:
    """What a provider read from the cache."""

    def __init__(self) -> None:
        self.found: list[Cached] = []

    def watched(self, context: Context) -> Context:
        """The same context, with all that was worked out of it already."""
        twin = copy(context)
        vars(twin).update(cached=self._watching(context.cached), own_cached=self._watching(context.own_cached))
        return twin

    def _watching(self, reader: Reader) -> Reader:
        def read(question: str, keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
            answers = reader(question, keys)
            self.found += [each for several in answers.values() for each in several]
            return answers

        return read

    @property
    def oldest(self) -> datetime | None:
        return min((each.fetched_at for each in self.found), default=None)

    @property
    def is_stale(self) -> bool:
        """Of a cache that is filled bit by bit some is always about to be asked again; half of it is another thing."""
        return 2 * sum(each.is_stale for each in self.found) > len(self.found)

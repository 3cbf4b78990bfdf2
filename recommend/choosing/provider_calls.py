"""Call each provider separately: one that raises, hangs or returns garbage is skipped, without affecting the others."""

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
SECONDS = 20.0  # the time limit of one provider
MOST = 200  # candidates per provider


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a provider: `ok`, `empty`, `stale` (most of its cached answers have expired), `failed` or `late`.

    `oldest` is the time of the oldest cached answer that it read.
    """

    state: str
    candidates: tuple[Candidate, ...] = ()
    oldest: datetime | None = None

    @property
    def is_degraded(self) -> bool:
        return self.state in {"stale", "failed", "late"}


def ask(provider: Provider, context: Context, seconds: float = SECONDS) -> Answer:
    """A provider's candidates, or the reason why there are none.

    Raises only DatabaseUnreachable, and AfterTheCut for a mistake in our code.
    """
    cache_reads = _CacheReads()
    outcomes: list[Answer | BaseException] = []

    def work() -> None:
        try:
            candidates = provider.candidates(cache_reads.recorded(context), MOST)
            outcomes.append(_answer(provider.name, tuple(candidates)[:MOST]))
        except BaseException as error:  # noqa: BLE001 - the calling thread handles every error
            outcomes.append(error)

    # A daemon thread, which ends with the program: Python cannot stop a thread that hangs.
    thread = Thread(target=work, daemon=True, name=f"provider {provider.name}")
    thread.start()
    thread.join(seconds)
    if not outcomes:
        log.error("Provider %s took more than %s seconds and is skipped", provider.name, seconds)
        return Answer("late")
    (answer,) = outcomes
    if isinstance(answer, AfterTheCut | DatabaseUnreachable):  # not the provider's fault
        raise answer
    if isinstance(answer, BaseException):
        log.error("Provider %s failed and is skipped", provider.name, exc_info=answer)
        return Answer("failed")
    return replace(answer, state="stale" if cache_reads.are_stale else answer.state, oldest=cache_reads.oldest)


def _answer(provider: str, proposed: Sequence[Any]) -> Answer:
    """The candidates that can be shown. Raises ValueError if there are candidates, but none of them can be shown."""
    usable: list[Any] = []
    unusable: list[Any] = []
    for candidate in proposed:
        (usable if _can_be_shown(candidate) else unusable).append(candidate)
    if unusable and not usable:
        raise ValueError(f"none of {len(unusable)} candidates can be shown, such as {str(unusable[0])[:200]}")
    if unusable:
        log.warning("Provider %s: %s of its candidates cannot be shown and are skipped, such as %s",
                    provider, len(unusable), str(unusable[0])[:200])  # fmt: skip
    return Answer("ok" if usable else "empty", tuple(usable))


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


class _CacheReads:
    """Records the cached answers that a provider reads."""

    def __init__(self) -> None:
        self.answers: list[Cached] = []

    def recorded(self, context: Context) -> Context:
        """A copy of the context, including precomputed values, whose reads from the cache are recorded."""
        twin = copy(context)
        vars(twin).update(cached=self._recording(context.cached), own_cached=self._recording(context.own_cached))
        return twin

    def _recording(self, reader: Reader) -> Reader:
        def read(question: str, keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
            by_key = reader(question, keys)
            self.answers += [answer for answers in by_key.values() for answer in answers]
            return by_key

        return read

    @property
    def oldest(self) -> datetime | None:
        return min((answer.fetched_at for answer in self.answers), default=None)

    @property
    def are_stale(self) -> bool:
        """Whether most have expired. A few always have, because the cache is refreshed bit by bit."""
        return 2 * sum(answer.is_stale for answer in self.answers) > len(self.answers)

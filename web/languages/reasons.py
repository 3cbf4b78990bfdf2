"""The reasons of recommendations, stored in English as a few kinds of sentences, in the language of the page."""

import re
from collections.abc import Callable
from itertools import chain

from web.languages import rediscovery_reasons, review_reasons
from web.languages.catalogues import ENGLISH
from web.languages.current import gettext as _
from web.languages.current import language
from web.languages.reason_words import OFTEN, WHEN, Words, month, times, when
from web.languages.writing import counted


def reason(stored: str) -> str:
    """The reason, translated; unchanged if it is not one of the sentences below, such as one of an older version."""
    if language() == ENGLISH:
        return stored
    for pattern, write in chain(SENTENCES, rediscovery_reasons.SENTENCES, review_reasons.SENTENCES):
        if match := pattern.fullmatch(stored):
            return write(match.groupdict())
    return stored


def _fortnight(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once in the last two weeks",
        "You played it %(count)s times in the last two weeks",
    )


def _last_heard(words: Words) -> str:
    return counted(
        int(words["plays"]),
        "%(count)s play, last heard in %(month)s",
        "%(count)s plays, last heard in %(month)s",
        month=month(words["month"]),
    )


def _because(words: Words) -> str:
    return counted(
        times(words["often"]),
        "Because you played %(artist)s once",
        "Because you played %(artist)s %(count)s times",
        artist=words["artist"],
    )


def _because_this_month(words: Words) -> str:
    return counted(
        times(words["often"]),
        "Because you played %(artist)s once this month",
        "Because you played %(artist)s %(count)s times this month",
        artist=words["artist"],
    )


def _finding_more(because: str) -> str:
    return _("%(because)s, and are finding more of theirs lately") % {"because": because}


SENTENCES: list[tuple[re.Pattern[str], Callable[[Words], str]]] = [
    (re.compile(pattern), write)
    for pattern, write in (
        (r"Played with (?P<song>.+) by others here", lambda words: _("Played with %(song)s by others here") % words),
        (r"ListenBrainz: listeners like you play this", lambda _w: _("ListenBrainz: listeners like you play this")),
        (
            rf"New from (?P<artist>.+), out {WHEN}",
            lambda words: _("New from %(artist)s, out %(when)s") % {**words, "when": when(words)},
        ),
        (rf"You played it {OFTEN} in the last two weeks", _fortnight),
        (r"(?P<plays>\d+) plays?, last heard in (?P<month>\w+ \d{4})", _last_heard),
        (
            r"Fans of (?P<seeds>.+) play (?P<artist>.+)",
            lambda words: _("Fans of %(seeds)s play %(artist)s") % words,
        ),
        (
            r"Often played next to (?P<song>.+) by (?P<artist>.+)",
            lambda words: _("Often played next to %(song)s by %(artist)s") % words,
        ),
        (r"Spotify: goes with (?P<songs>.+)", lambda words: _("Spotify: goes with %(songs)s") % words),
        (r"Spotify recommends it", lambda _w: _("Spotify recommends it")),
        (
            r"You know (?P<count>\d+) of (?P<total>\d+) tracks of (?P<album>.+)",
            lambda words: _("You know %(count)s of %(total)s tracks of %(album)s") % words,
        ),
        (rf"Because you played (?P<artist>.+) {OFTEN}", _because),
        (rf"Because you played (?P<artist>.+) {OFTEN} this month", _because_this_month),
        (
            rf"Because you played (?P<artist>.+) {OFTEN}, and are finding more of theirs lately",
            lambda words: _finding_more(_because(words)),
        ),
        (
            rf"Because you played (?P<artist>.+) {OFTEN} this month, and are finding more of theirs lately",
            lambda words: _finding_more(_because_this_month(words)),
        ),
    )
]

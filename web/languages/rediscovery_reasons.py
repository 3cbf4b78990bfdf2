"""The reasons of songs to rediscover, also after a break, in the language of the page."""

import re
from collections.abc import Callable

from web.languages.current import gettext as _
from web.languages.reason_words import OFTEN, WHEN, Words, month, times, when
from web.languages.writing import counted


def _resting(words: Words) -> str:
    return counted(
        int(words["plays"]),
        "%(count)s play, the last one %(when)s",
        "%(count)s plays, the last one %(when)s",
        when=when(words),
    )


def _heard_once(words: Words) -> str:
    counts = {"song": _often(words["often"]), "often": _often(words["month"])}
    sentence = _("You played it %(song)s, and %(artist)s %(often)s this month")
    return sentence % {"artist": words["artist"], **counts}


def _often(often: str) -> str:
    return counted(times(often), "once", "%(count)s times")


def _begun_album(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played songs of %(album)s once this month, but not this one",
        "You played songs of %(album)s %(count)s times this month, but not this one",
        album=words["album"],
    )


def _other_years(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once at this time of year before",
        "You played it %(count)s times at this time of year before",
    )


def _obsession(words: Words) -> str:
    return counted(
        int(words["plays"]),
        "You played it once within a week, around %(month)s",
        "You played it %(count)s times within a week, around %(month)s",
        month=month(words["month"]),
    )


def _last_weeks(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once in your last three months here, until %(month)s",
        "You played it %(count)s times in your last three months here, until %(month)s",
        month=month(words["month"]),
    )


def _only_song(words: Words) -> str:
    return counted(
        int(words["plays"]),
        "It is the only song of %(artist)s that you know: %(count)s play",
        "It is the only song of %(artist)s that you know: %(count)s plays",
        artist=words["artist"],
    )


def _one_of_few(words: Words) -> str:
    return counted(
        int(words["plays"]),
        "It is one of the %(songs)s songs of %(artist)s that you know: %(count)s play",
        "It is one of the %(songs)s songs of %(artist)s that you know: %(count)s plays",
        songs=words["songs"],
        artist=words["artist"],
    )


SENTENCES: list[tuple[re.Pattern[str], Callable[[Words], str]]] = [
    (re.compile(pattern), write)
    for pattern, write in (
        (rf"(?P<plays>\d+) plays, the last one {WHEN}", _resting),
        (rf"You played it {OFTEN}, and (?P<artist>.+) {OFTEN.replace('often', 'month')} this month", _heard_once),
        (rf"You played songs of (?P<album>.+) {OFTEN} this month, but not this one", _begun_album),
        (rf"You played it {OFTEN} at this time of year before", _other_years),
        (r"You played it (?P<plays>\d+) times within a week, around (?P<month>\w+ \d{4})", _obsession),
        (rf"You played it {OFTEN} in your last three months here, until (?P<month>\w+ \d{{4}})", _last_weeks),
        (r"It is the only song of (?P<artist>.+) that you know: (?P<plays>\d+) plays", _only_song),
        (
            r"It is one of the (?P<songs>\d+) songs of (?P<artist>.+) that you know: (?P<plays>\d+) plays",
            _one_of_few,
        ),
    )
]

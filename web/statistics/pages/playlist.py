"""/playlist: one playlist, song by song."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.languages.writing import counted, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.days import Days
from web.statistics.lines import Line, share, with_bars
from web.statistics.noted_items import THE_DAY, NotedItem
from web.statistics.own_time import local_day
from web.statistics.periods import days_of
from web.statistics.showing import choices, more, statistics_page
from web.statistics.shown_items import ShownItem, shown_track

MORE = 2000
LONG = 20  # letters of a name that is set smaller
MOST_UNPLAYABLE, MOST_CHANGES = 500, 30
SHOWS = {
    "all": N_("All songs"),
    "unheard": N_("Never played"),
    "forgotten": N_("Forgotten"),
    "duplicates": N_("Duplicates"),
}
REASONS = {
    "gone": N_("no longer on Spotify"),
    "market": N_("not available in your country"),
    "product": N_("not part of your subscription"),
    "explicit": N_("hidden as explicit"),
}


@dataclass(frozen=True, slots=True)
class Unplayable:
    """A song that cannot be played: why, since when, and what to take instead."""

    item: ShownItem
    plays: int
    why: str
    since: date | None
    is_longer: bool
    instead: Sequence[ShownItem]


@dataclass(frozen=True, slots=True)
class Change:
    day: date | None
    item: ShownItem
    what: str


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    playlist = answer.playlist
    return {
        "answer": answer,
        "playlist": playlist,
        "is_long": len(playlist.name) > LONG,
        "sentence": _sentence(playlist, days_of(view)),
        "last": local_day(view, playlist.last_played_at),
        "facts": _facts(answer),
        "unplayable": [_unplayable(view, song) for song in _all_unplayable(view, answer)],
        "found": [_noted(view, each) for each in answer.songs],
        "shows": [(name, f"{href}#songs", shown) for name, href, shown in choices(view, "show", SHOWS, answer.show)],
        "more": more(view, len(answer.songs), answer.total, MORE),
        "often": with_bars(map(_often, answer.by_plays)),
        "people": with_bars(map(_person, _people(view, answer))),
        "changes": [_change(view, each) for each in answer.changes[:MOST_CHANGES]],
        "playlists": view.address(f"/playlists/{view.account.username}"),
    }


def _sentence(playlist: Any, days: Days) -> str:
    songs = counted(playlist.songs, "%(count)s song", "%(count)s songs")
    if not playlist.heard:
        return _("%(songs)s, none of them played %(when)s.") % {"songs": songs, "when": days.when}
    words = {
        "songs": songs,
        "share": share(playlist.share_heard),
        "plays": counted(playlist.plays, "%(count)s play", "%(count)s plays"),
        "when": days.in_total,
    }
    return _("%(songs)s, %(share)s of them played: %(plays)s %(when)s.") % words


def _facts(answer: Any) -> list[tuple[str, str, str]]:
    playlist = answer.playlist
    return [
        (_("Never played"), number(answer.unheard), ""),
        (_("Forgotten"), number(answer.forgotten), _("not played for six months")),
        (_("Unplayable"), number(playlist.unplayable), ""),
        (_("Duplicates"), number(playlist.duplicates), ""),
    ]


def _all_unplayable(view: View, answer: Any) -> Sequence[Any]:
    """All unplayable songs, which are asked for only if the answer does not list them already."""
    if not answer.playlist.unplayable or (answer.show == "all" and len(answer.songs) == answer.total):
        return [song for song in answer.songs if song.playable is False]
    asked = {**view.query_of("playlist"), "show": "unplayable", "limit": str(MOST_UNPLAYABLE)}
    songs: Sequence[Any] = view.other("playlist", asked).songs
    return songs


def _unplayable(view: View, song: Any) -> Unplayable:
    reason = REASONS.get(song.restriction or "")
    why = _(reason) if reason else song.restriction or ""
    since, instead = local_day(view, song.unplayable_since), list(map(_instead, song.instead))
    return Unplayable(_item(view, song), song.plays, why, since, song.unplayable_from_start, instead)


def _instead(each: Any) -> ShownItem:
    by = (each.artist,) if each.artist else ()
    name = each.name or each.uri
    return ShownItem("track", name, by, each.url, each.url, None, name)


def _item(view: View, song: Any) -> ShownItem:
    if song.track is None:
        return ShownItem("track", _("A song that nobody knows any more"), (), None, None, None, "")
    return shown_track(view, song.track, getattr(song, "id", None))


def _noted(view: View, song: Any) -> NotedItem:
    """A song with the date of its last play, or of being added."""
    last, added = local_day(view, song.last_played_at), local_day(view, song.added_at)
    if song.duplicate_of:
        return NotedItem(
            _item(view, song), song.plays, _("Also at place %(place)s") % {"place": number(song.duplicate_of)}
        )
    if last:
        return NotedItem(_item(view, song), song.plays, _("Last on %(day)s") % {"day": THE_DAY}, last)
    says = _("Never played; added on %(day)s") % {"day": THE_DAY} if added else _("Never played")
    return NotedItem(_item(view, song), song.plays, says, added)


def _often(bucket: Any) -> Line:
    value = counted(bucket.songs, "%(count)s song", "%(count)s songs")
    return Line(_bucket_name(bucket), bucket.songs, value)


def _bucket_name(bucket: Any) -> str:
    if bucket.most == 0:
        return _("Never")
    if bucket.most is None:
        return _("%(plays)s plays or more") % {"plays": number(bucket.least)}
    if bucket.least == bucket.most:
        return counted(bucket.least, "%(count)s play", "%(count)s plays")
    return _("%(least)s to %(most)s plays") % {"least": number(bucket.least), "most": number(bucket.most)}


def _people(view: View, answer: Any) -> Sequence[Any]:
    """Who added how much, for the listener only: for others, the answer names nobody else."""
    is_shown = view.parsed.visitor.is_owner(view.account) and len(answer.by_person) > 1
    return answer.by_person if is_shown else ()


def _person(added: Any) -> Line:
    value = counted(added.songs, "%(count)s song", "%(count)s songs")
    plays = counted(added.plays, "%(count)s play", "%(count)s plays")
    return Line(added.name or _("Spotify does not say who"), added.songs, value, plays)


def _change(view: View, change: Any) -> Change:
    what = _("added") if change.change == "added" else _("removed")
    return Change(local_day(view, change.at), _item(view, change), what)


PAGES = (statistics_page("playlist", "playlist.html", _values),)

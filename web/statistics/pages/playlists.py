"""/playlists: the listener's playlists, by how much of each was played."""

from typing import Any

from web.languages.writing import counted
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.days import Days
from web.statistics.lines import Line, share, with_bars
from web.statistics.periods import days_of
from web.statistics.showing import SHARED, statistics_page, tabs
from web.statistics.shown_items import ShownItem

SUBJECTS = {"playlists": N_("Playlists"), "library": N_("Library")}


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "sentence": _sentence(answer, days_of(view), is_owner=view.parsed.visitor.is_owner(view.account)),
        "unplayable": _unplayable(answer.unplayable),
        "lines": with_bars((_line(view, each) for each in answer.playlists), 1),
        "tabs": tabs(view, SUBJECTS),
        **turned_off(view, answer),
    }


def turned_off(view: View, answer: Any) -> dict[str, object]:
    """Why nothing was read, for the page to explain it, and to tell the listener how to change that."""
    is_owner = view.parsed.visitor.is_owner(view.account)
    return {"is_off": not answer.reading.is_on, "is_waiting": not answer.reading.read_at, "is_owner": is_owner}


def _sentence(answer: Any, days: Days, *, is_owner: bool) -> str:
    if not (answer.total or is_owner):
        return _("No playlist is public on Spotify.")
    words = {
        "playlists": counted(answer.total, "%(count)s playlist", "%(count)s playlists"),
        "songs": counted(answer.songs, "%(count)s song", "%(count)s songs"),
        "share": share(answer.heard / answer.songs if answer.songs else 0.0),
        "when": days.when,
    }
    if not answer.songs:
        return _("%(playlists)s, and no song in them.") % words
    if days.first or days.last:
        return _("%(playlists)s with %(songs)s: %(share)s of them were played %(when)s.") % words
    return _("%(playlists)s with %(songs)s: %(share)s of them were played.") % words


def _unplayable(songs: int) -> str:
    """The sentence about unplayable songs; empty if there are none."""
    if not songs:
        return ""
    return counted(songs, "%(count)s song can no longer be played.", "%(count)s songs can no longer be played.")


def _line(view: View, playlist: Any) -> Line:
    kept = {name: value for name, value in view.query.items() if name in SHARED}
    href = view.address(f"/playlist/{playlist.id}/{view.account.username}", kept)
    item = ShownItem("playlist", playlist.name, (), href, playlist.url, None, playlist.name)
    return Line(playlist.name, playlist.share_heard, share(playlist.share_heard), _note(playlist), item=item)


def _note(playlist: Any) -> str:
    parts = [counted(playlist.songs, "%(count)s song", "%(count)s songs")]
    if playlist.unplayable:
        parts.append(counted(playlist.unplayable, "%(count)s unplayable", "%(count)s unplayable"))
    if playlist.duplicates:
        parts.append(counted(playlist.duplicates, "%(count)s duplicate", "%(count)s duplicates"))
    if playlist.owner:
        parts.append(_("by %(name)s") % {"name": playlist.owner})
    elif playlist.is_collaborative:
        parts.append(_("collaborative"))
    if not playlist.is_public:
        parts.append(_("only you see it here"))
    return " · ".join(parts)


PAGES = (statistics_page("playlists", "playlists.html", _values),)

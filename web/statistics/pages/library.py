"""/library: liked songs, saved albums and followed artists, compared with what was played."""

from typing import Any

from web.languages.writing import counted, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.days import Days
from web.statistics.lines import share
from web.statistics.noted_items import THE_DAY, NotedItem
from web.statistics.own_time import local_day
from web.statistics.pages.playlists import SUBJECTS, turned_off
from web.statistics.periods import days_of
from web.statistics.showing import choices, more, statistics_page, tabs
from web.statistics.shown_items import ShownItem, page_of

MORE = 1000
PARTS = {
    "liked-unheard": N_("Liked, never played"),
    "played-unliked": N_("Played, not liked"),
    "liked-unplayable": N_("Unplayable"),
    "albums-unfinished": N_("Unfinished albums"),
    "artists-unheard": N_("Followed, not played"),
}
ORDERS = {
    "liked-unheard": N_("The newest first."),
    "played-unliked": N_("By plays."),
    "liked-unplayable": N_("By the day on which Insight noticed it."),
    "albums-unfinished": N_("Saved albums of which you have not heard every song. Those that lack least come first."),
    "artists-unheard": N_("Artists that you follow and did not play."),
}
KINDS = {"song": "track"}  # its name in addresses of pages


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "sentence": _sentence(answer, days_of(view)),
        "facts": _facts(answer),
        "heading": _(PARTS[answer.part]),
        "order": _(ORDERS[answer.part]),
        "found": [_noted(view, each) for each in answer.items],
        "total": answer.total,
        "parts": choices(view, "part", PARTS, answer.part),
        "tabs": tabs(view, SUBJECTS),
        "more": more(view, len(answer.items), answer.total, MORE),
        **turned_off(view, answer),
    }


def _sentence(answer: Any, days: Days) -> str:
    liked = counted(answer.liked, "%(count)s liked song", "%(count)s liked songs")
    if not answer.liked:
        return _("No liked songs.")
    heard = share((answer.liked - answer.liked_unheard) / answer.liked)
    words = {"songs": liked, "share": heard, "when": days.when}
    if days.first or days.last:
        return _("%(songs)s: %(share)s of them were played %(when)s.") % words
    return _("%(songs)s: %(share)s of them were played.") % words


def _facts(answer: Any) -> list[tuple[str, str, str]]:
    of_all = _("of %(count)s")
    return [
        (_("Liked, never played"), number(answer.liked_unheard), of_all % {"count": number(answer.liked)}),
        (_("Played, not liked"), number(answer.played_unliked), ""),
        (_("Unfinished albums"), number(answer.albums_unfinished), of_all % {"count": number(answer.albums)}),
        (_("Followed, not played"), number(answer.artists_unheard), of_all % {"count": number(answer.artists)}),
    ]


def _noted(view: View, each: Any) -> NotedItem:
    added, last = local_day(view, each.added_at), local_day(view, each.last_played_at)
    if each.unplayable_since:
        unplayable = local_day(view, each.unplayable_since)
        return NotedItem(_item(view, each), each.plays, _("Unplayable since %(day)s") % {"day": THE_DAY}, unplayable)
    if each.tracks:
        says = _("%(heard)s of %(count)s songs") % {"heard": number(each.tracks_heard), "count": number(each.tracks)}
        return NotedItem(_item(view, each), each.plays, says)
    if last:
        return NotedItem(_item(view, each), each.plays, _("Last on %(day)s") % {"day": THE_DAY}, last)
    says = _("Added on %(day)s") % {"day": THE_DAY} if added else ""
    return NotedItem(_item(view, each), each.plays, says, added)


def _item(view: View, each: Any) -> ShownItem:
    kind = KINDS.get(each.kind, each.kind)
    name = each.name or each.uri or _("A song without a name")
    href = page_of(view, kind, each.id) if each.id else each.url
    return ShownItem(kind, name, (each.artist,) if each.artist else (), href, each.url, None, name)


PAGES = (statistics_page("library", "library.html", _values),)

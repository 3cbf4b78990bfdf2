"""/discoveries and /first-plays: songs and artists that were new."""

from typing import Any

from web.languages.writing import counted
from web.pages.languages import _
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.noted_items import THE_DAY, NotedItem, subjects
from web.statistics.own_time import local_day
from web.statistics.showing import choices, more, statistics_page
from web.statistics.shown_items import shown_artist, shown_track
from web.statistics.steps import drawable

MORE = 1000


def _discoveries(view: View) -> dict[str, object]:
    answer, steps = drawable(view)
    return {
        "answer": answer,
        "songs": counted(answer.total.new_tracks, "%(count)s song", "%(count)s songs"),
        "artists": counted(answer.total.new_artists, "%(count)s artist", "%(count)s artists"),
        "chart": bars_of(view, [(step.start, step.new_tracks) for step in answer.steps], answer.step),
        "newest": [_newest(view, each) for each in getattr(answer, "newest", ())],
        "tabs": subjects(view),
        "steps": choices(view, "step", steps, answer.step),
    }


def _newest(view: View, each: Any) -> NotedItem:
    return NotedItem(
        shown_track(view, each.track, each.id),
        each.plays,
        _("Since %(day)s") % {"day": THE_DAY},
        local_day(view, each.discovered_at),
    )


def _first_plays(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "total": answer.total,
        "found": [_first(view, each) for each in answer.artists],
        "tabs": subjects(view),
        "more": more(view, len(answer.artists), answer.total, MORE),
    }


def _first(view: View, each: Any) -> NotedItem:
    song = each.track.name or _("a song without a name")
    says = _("%(song)s, %(day)s") % {"song": song, "day": THE_DAY}
    return NotedItem(shown_artist(view, each.artist, each.id), each.plays, says, local_day(view, each.played_at))


PAGES = (
    statistics_page("discoveries", "discoveries.html", _discoveries),
    statistics_page("first-plays", "first_plays.html", _first_plays),
)

"""/skips: what was skipped, how often and how early."""

from typing import Any

from web.pages.templates import counted
from web.questions.view import View
from web.statistics.lines import Line, share, with_bars
from web.statistics.pages.how import FEW, SUBJECTS
from web.statistics.showing import statistics_page, tabs
from web.statistics.shown_items import ShownItem, shown_artist, shown_track

REASONS = {
    "trackdone": "Played to its end",
    "fwdbtn": "Next button",
    "backbtn": "Back button",
    "endplay": "Something else was chosen",
    "clickrow": "Another song was clicked",
    "logout": "Spotify was closed",
    "unexpected-exit": "Spotify ended unexpectedly",
    "unexpected-exit-while-paused": "Spotify ended while paused",
    "remote": "Another device took over",
    "trackerror": "Playback failed",
    "appload": "Spotify was started",
    "unknown": "Not known",
}


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "sentence": _sentence(answer),
        "note": _note(answer),
        "reasons": with_bars(map(_reason, answer.reasons)),
        "songs": with_bars((_line(one, shown_track(view, one.track, one.id)) for one in answer.tracks), 1),
        "artists": with_bars((_line(one, shown_artist(view, one, one.id)) for one in answer.artists), 1),
        "subjects": tabs(view, SUBJECTS),
    }


def _sentence(answer: Any) -> str | None:
    """None where nothing was played."""
    if answer.plays < FEW:
        plays = answer.plays + answer.unknown
        return f"{counted(plays, 'play')}, {counted(answer.skipped, 'skip')} among them." if plays else None
    return f"{counted(answer.skipped, 'skip')} in {counted(answer.plays, 'play')}: {share(answer.rate)}."


def _note(answer: Any) -> str:
    """How early, and how much is known."""
    early = answer.median_seconds_heard
    heard = f"Half of the skipped plays ended within {counted(round(early), 'second')}. " if early is not None else ""
    known = answer.plays / (answer.plays + answer.unknown) if answer.plays else 0.0
    return f"{heard}Known for {share(known)} of plays, which include those of a few seconds."


def _reason(reason: Any) -> Line:
    return Line(REASONS.get(reason.reason_end, reason.reason_end), reason.plays, counted(reason.plays, "play"))


def _line(skipped: Any, item: ShownItem) -> Line:
    by = ", ".join(item.by)
    often = f"{counted(skipped.skipped, 'skip')} in {counted(skipped.plays, 'play')}"
    return Line(item.name, skipped.rate, share(skipped.rate), f"{by} · {often}" if by else often, item=item)


PAGES = (statistics_page("skips", "skips.html", _values),)

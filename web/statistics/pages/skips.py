"""/skips: what was skipped, how often and how early."""

from typing import Any

from web.languages.writing import counted
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.lines import Line, share, with_bars
from web.statistics.pages.how import FEW, SUBJECTS
from web.statistics.showing import statistics_page, tabs
from web.statistics.shown_items import ShownItem, shown_artist, shown_track

REASONS = {
    "trackdone": N_("Played to its end"),
    "fwdbtn": N_("Next button"),
    "backbtn": N_("Back button"),
    "endplay": N_("Something else was chosen"),
    "clickrow": N_("Another song was clicked"),
    "logout": N_("Spotify was closed"),
    "unexpected-exit": N_("Spotify ended unexpectedly"),
    "unexpected-exit-while-paused": N_("Spotify ended while paused"),
    "remote": N_("Another device took over"),
    "trackerror": N_("Playback failed"),
    "appload": N_("Spotify was started"),
    "unknown": N_("Not known"),
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
    """How often songs were skipped; None if nothing was played."""
    if answer.plays >= FEW:
        often = {"often": _often(answer.skipped, answer.plays), "share": share(answer.rate)}
        return _("%(often)s: %(share)s.") % often
    plays = answer.plays + answer.unknown
    if not plays:
        return None
    return counted(
        answer.skipped,
        "%(plays)s, %(count)s skip among them.",
        "%(plays)s, %(count)s skips among them.",
        plays=_plays(plays),
    )


def _plays(plays: int) -> str:
    return counted(plays, "%(count)s play", "%(count)s plays")


def _often(skipped: int, plays: int) -> str:
    return counted(skipped, "%(count)s skip in %(plays)s", "%(count)s skips in %(plays)s", plays=_plays(plays))


def _note(answer: Any) -> str:
    """How early songs were skipped, and for how many plays that is known."""
    known = answer.plays / (answer.plays + answer.unknown) if answer.plays else 0.0
    sentence = _("Known for %(share)s of plays, which include those of a few seconds.") % {"share": share(known)}
    if answer.median_seconds_heard is None:
        return sentence
    early = counted(
        round(answer.median_seconds_heard),
        "Half of the skipped plays ended within %(count)s second.",
        "Half of the skipped plays ended within %(count)s seconds.",
    )
    return f"{early} {sentence}"


def _reason(reason: Any) -> Line:
    name = REASONS.get(reason.reason_end)
    return Line(_(name) if name else reason.reason_end, reason.plays, _plays(reason.plays))


def _line(skipped: Any, item: ShownItem) -> Line:
    by, often = ", ".join(item.by), _often(skipped.skipped, skipped.plays)
    return Line(item.name, skipped.rate, share(skipped.rate), f"{by} · {often}" if by else often, item=item)


PAGES = (statistics_page("skips", "skips.html", _values),)

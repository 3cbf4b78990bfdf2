"""/account/recordings: which tracks count as one song; join, split, and undo it."""

import re
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.library.recording_choices import is_known
from insights.answers.reading import reading
from insights.items.names import known_tracks
from insights.items.recordings import PlayedTrack, Recording, recordings
from people.accounts import Account
from people.recordings import join_recordings, split_recording, undo_choice
from web.handlers.forms import fields
from web.handlers.params import parameters, whole_number
from web.own_account.own_page import OwnPage
from web.pages.languages import _
from web.pages.own import back
from web.visitors.actors import actor

SHOWN = 50  # recordings without a decision
ONE_OF_OURS = re.compile(r"\S*/track/([0-9]{1,18})(?:/\S*)?", re.ASCII)  # the address of a song's page here


def _values(request: Request, own: Account) -> Mapping[str, object]:
    track = whole_number(parameters(request, "track"), "track", 1, 10**9, 0) if request.method == "GET" else 0
    with reading():
        every = recordings(own.id)
        shown = [recording] if track and (recording := _recording_of(own, track, every)) else []
    decided = [recording for recording in every if any(each.choice for each in recording.tracks)]
    others = [recording for recording in every if recording not in decided]
    return {
        "track": track if shown else None,
        "shown": shown,
        "decided": decided,
        "others": others[:SHOWN],
        "left_out": max(0, len(others) - SHOWN),
        "why": why,
    }


def _recording_of(own: Account, track: int, every: list[Recording]) -> Recording | None:
    """The recording of a track, also if it has no other; None if there is no such track."""
    linked = next((each for each in every if any(track == one.id for one in each.tracks)), None)
    return linked or next(_alone(own, track), None)


def _alone(own: Account, track: int) -> Iterator[Recording]:
    if not is_known(own.id, track):
        return
    for known in known_tracks(own.id, [track]).values():
        artist = ", ".join(artist.name for artist in known.artists) or None
        only = PlayedTrack(track, known.uri, known.name, artist, known.duration_ms, None, 0, None, None)
        yield Recording((only,))


def why(track: PlayedTrack) -> str:
    """Why a track counts with others, or by itself."""
    if track.choice:
        return _("You count it separately") if track.choice == "alone" else _("You joined it")
    evidence = (track.evidence or "").partition(" ")[0]
    known = {"isrc": _("Same recording (ISRC)"), "": _("Others were joined to it")}
    return known.get(evidence, _("Same names and length"))


RECORDINGS = OwnPage("recordings", "recordings.html", _values, takes=("track",))


@RECORDINGS.form
def split_own(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Count a track by itself."""
    track = fields(form, "track").get("track", "")
    with reading():
        split_recording(own, track, actor(request))
    return back(request, "recordings", "recording-split")


@RECORDINGS.form
def join_own(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Count two songs as one. The other one may be given by the address of its page here."""
    sent = fields(form, "track", "other")
    ours = ONE_OF_OURS.fullmatch(sent.get("other", "").strip())
    other = ours[1] if ours and "spotify" not in ours[0] else sent.get("other", "")
    with reading():
        join_recordings(own, sent.get("track", ""), other, actor(request))
    return back(request, "recordings", "recordings-joined")


@RECORDINGS.form
def undo_own(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Let Insight decide again."""
    track = fields(form, "track").get("track", "")
    with reading():
        undo_choice(own, track, actor(request))
    return back(request, "recordings", "recording-choice-undone")

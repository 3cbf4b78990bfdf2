"""A list as JSON, as a playlist in JSPF, and as M3U."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from msgspec import UNSET, UnsetType

from db.lists.feedback import Target, Verb
from db.lists.recommendations import ListName
from insights.answers.values import moment
from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from insights.shown.music import shown_track, track_url
from web.answer_types.jspf import Jspf, JspfPlaylist, JspfTrack
from web.answer_types.recommendations import (
    ItemFeedback,
    MissingMusicSource,
    RecommendationProvider,
    Recommendations,
    RecommendedItem,
)
from web.lists.list_request import VerbsByTarget, verbs_on
from web.lists.missing_sources import missing_sources
from web.lists.names import title
from web.lists.status import cache_age_days, status_text

CREATOR = "Insight for Spotify"
IDS = uuid5(NAMESPACE_URL, "https://open.spotify.com/insight/lists")
Value = TypeVar("Value", str, int)
JSPF, M3U = "application/jspf+json", "audio/x-mpegurl"


def shown_list(username: str, run: StoredRun, verbs: VerbsByTarget | None) -> Recommendations:
    """`verbs` is None for visitors who may not see the listener's feedback."""
    return Recommendations(
        username=username,
        list=run.list_name,
        date=run.date,
        as_of=moment(run.as_of),
        time_zone=run.time_zone,
        status=run.status,
        status_text=status_text(run),
        engine=run.engine,
        revision=run.revision,
        backfilled=run.backfilled,
        adventurousness=run.adventurousness,
        providers={name: _shown_provider(run, stored) for name, stored in run.providers.items()},
        missing_sources=[MissingMusicSource(each.source, each.text) for each in missing_sources(run)],
        items=[_shown_item(item, verbs) for item in run.items],
    )


def _shown_provider(run: StoredRun, stored: Mapping[str, object]) -> RecommendationProvider:
    age = cache_age_days(run, stored)
    members = {name: stored.get(name) for name in ("state", "candidates", "weight")}
    return msgspec.convert(members if age is None else {**members, "cache_age_days": age}, RecommendationProvider)


def _shown_item(item: RecommendedTrack, verbs: VerbsByTarget | None) -> RecommendedItem:
    return RecommendedItem(
        rank=item.rank,
        kind=item.kind,
        score=item.score,
        code=item.code,
        reason=item.reason,
        evidence=dict(item.evidence),
        providers=dict(item.providers),
        exploring=item.exploring,
        feedback=_shown_feedback(verbs_on(item, verbs)) if verbs else None,
        id=item.track_id,
        track=shown_track(item.track),
    )


def _shown_feedback(verbs: Mapping[Target, Verb | None]) -> ItemFeedback | None:
    return ItemFeedback(verbs["track"], verbs["artist"], verbs["album"]) if any(verbs.values()) else None


def list_id(account_id: int, day: date, name: ListName = "daily") -> UUID:
    """The id of the list of a date, which is the same for all of its revisions."""
    return uuid5(IDS, f"{account_id}/{day}" if name == "daily" else f"{account_id}/{name}/{day}")


def jspf(username: str, account_id: int, run: StoredRun) -> str:
    """https://www.xspf.org/jspf"""
    playlist = JspfPlaylist(
        title=title(run.list_name, username, run.date),
        creator=CREATOR,
        annotation=status_text(run),
        identifier=list_id(account_id, run.date, run.list_name).urn,
        date=moment(run.as_of),
        track=[_jspf_track(item) for item in run.items],
    )
    return msgspec.json.format(msgspec.json.encode(Jspf(playlist)), indent=2).decode()


def _jspf_track(item: RecommendedTrack) -> JspfTrack:
    """Unknown values are left out, as JSPF requires."""
    track = item.track
    return JspfTrack(
        title=unset_if_none(track.name),
        creator=artists_of(track) or UNSET,
        album=unset_if_none(track.album_name),
        duration=unset_if_none(track.duration_ms),
        identifier=[track.uri] if track.uri else [],
        annotation=item.reason,
    )


def unset_if_none(value: Value | None) -> Value | UnsetType:
    return UNSET if value is None else value


def artists_of(track: KnownTrack) -> str:
    return ", ".join(artist.name for artist in track.artists)


def m3u(username: str, run: StoredRun) -> str:
    """Each track with its length in seconds (-1 if unknown) and its address at Spotify."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title(run.list_name, username, run.date)}"]
    for item in run.items:
        lines += _m3u_lines(item.track)
    return "\n".join(lines) + "\n"


def _m3u_lines(track: KnownTrack) -> list[str]:
    place = track_url(track.uri) or "".join((track.uri or "").split())
    if not place.startswith(("https:", "spotify:")):
        return []  # there is nothing that a player could open
    seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1000)
    called = " - ".join(filter(None, (artists_of(track), track.name))) or place
    return [f"#EXTINF:{seconds},{_one_line(called)}", _one_line(place)]


def _one_line(text: str) -> str:
    """The text on one line, because names from outside can contain anything."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

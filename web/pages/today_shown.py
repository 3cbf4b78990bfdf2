"""The list of a date as its page shows it: by kind, each song with its cover, reason and feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from db.lists.feedback import Target, Verb
from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from insights.service.unanswering import Unanswering
from insights.shown.music import OPEN, spotify_url, track_url
from metadata.services import credit, is_known, shown_name
from recommend.listening.candidates import KINDS
from web.lists.list_request import VerbsByTarget, verbs_on
from web.pages.sleeves import spotify_cover
from web.pages.templates import day

HEADINGS: Mapping[str, tuple[str, str]] = {  # and what the section holds
    "rotation": ("On repeat", "What you keep coming back to"),
    "forgotten": ("Forgotten favourites", "Loved once, unheard for months"),
    "deeper": ("More of what you love", "Songs you don\u2019t know, by artists you do"),
    "new_artist": ("New to you", "Artists you have yet to meet"),
    "new_release": ("Just out", "New from artists you play"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A song. `url` opens it on Spotify, or searches there; `artists` are names, each with an address or None.

    `sleeve_of` is the name from which its sleeve is drawn if it has no cover: songs of one album share it.
    """

    item: RecommendedTrack
    name: str
    url: str | None
    artists: Sequence[tuple[str, str | None]]
    cover: str | None
    sleeve_of: str
    verdicts: Mapping[Target, Verb | None]

    @property
    def is_unwanted(self) -> bool:
        """Whether the next lists leave it out."""
        return any(verb not in {None, "like"} for verb in self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Section:
    kind: str
    heading: str
    about: str
    items: Sequence[Shown]


def sections(run: StoredRun, verdicts: VerbsByTarget | None) -> list[Section]:
    """Those that hold a song; `verdicts` is None for readers who may not see the listener's feedback."""
    by_kind = {kind: [_shown(item, verdicts) for item in run.items if item.kind == kind] for kind in KINDS}
    return [Section(kind, *HEADINGS[kind], items) for kind, items in by_kind.items() if items]


def _shown(item: RecommendedTrack, verdicts: VerbsByTarget | None) -> Shown:
    track = item.track
    artists = [(artist.name, spotify_url("artist", artist.spotify_id)) for artist in track.artists]
    cover = spotify_cover(track.image_url)
    name = track.name or track.uri or "A track without a name"
    sleeve_of = track.album_name or name
    return Shown(item, name, _address(track), artists, cover, sleeve_of, verbs_on(item, verdicts) if verdicts else {})


def _address(track: KnownTrack) -> str | None:
    """A search on Spotify for tracks that are known by their names only."""
    if track.uri is not None or track.name is None:
        return track_url(track.uri)
    names = " ".join([*(artist.name for artist in track.artists[:1]), track.name])
    return f"{OPEN}/search/{quote(names, safe='')}"


def silence(services: Sequence[Unanswering], time_zone: str) -> list[str]:
    """A sentence about each service that does not answer now."""
    return [f"{shown_name(each.service)} has not answered {_since(each.since, time_zone)}." for each in services]


def _since(instant: datetime | None, time_zone: str) -> str:
    return f"since {day(instant, time_zone)}" if instant else "so far"


def likeness(run: StoredRun) -> str:
    """The services whose data on similar music led to songs of this list, as text; empty if none did."""
    sources = [services for item in run.items if isinstance(services := item.evidence.get("services"), list)]
    names = {str(service) for services in sources for service in services}
    return " and ".join(credit(name) for name in sorted(names) if is_known(name))

"""The list of a date as its page shows it: by kind, each song with its cover, reason and feedback."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from insights.service.unanswering import Unanswering
from insights.shown.music import OPEN, spotify_url, track_url
from metadata.services import credit, is_known, shown_name
from recommend.providers.rotation import LAST_WEEKS
from web.languages.writing import day, listed
from web.lists.list_request import VerbsByTarget, verbs_on
from web.pages.languages import _
from web.pages.sleeves import spotify_cover
from web.today.feedback import Response, Verdicts, given, offered
from web.today.headings import Heading, heading_of_year, headings

PageOf = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A song. `url` opens it on Spotify, or searches there; `artists` are names, each with an address or None.

    `href` leads to its page here if the listener has played it. `sleeve_of` is the name from which its sleeve is drawn
    if it has no cover: songs of one album share it.
    """

    item: RecommendedTrack
    name: str
    url: str | None
    href: str | None
    artists: Sequence[tuple[str, str | None]]
    cover: str | None
    sleeve_of: str
    verdicts: Verdicts

    @property
    def is_unwanted(self) -> bool:
        """Whether the next lists leave it out."""
        return any(verb not in {None, "like"} for verb in self.verdicts.values())

    @property
    def given(self) -> list[Response]:
        return given(self.item, self.verdicts)

    @property
    def offered(self) -> list[Response]:
        return offered(self.item, self.verdicts)


@dataclass(frozen=True, slots=True)
class Section:
    kind: str
    heading: str
    about: str
    items: Sequence[Shown]


def sections(run: StoredRun, verdicts: VerbsByTarget | None, page_of: PageOf | None = None) -> list[Section]:
    """The sections with songs; `verdicts` is None for readers who may not see the listener's feedback."""
    parts: dict[str, list[Shown]] = {}
    for item in run.items:
        parts.setdefault(_part(item), []).append(_shown(item, verdicts, page_of))
    return [Section(part, *_heading(run, part, items), items) for part, items in parts.items()]


def _part(item: RecommendedTrack) -> str:
    """The id of its section: the kind, or the year."""
    return f"y{item.evidence['year']}" if item.kind == "year_ago" else item.kind


def _heading(run: StoredRun, part: str, items: Sequence[Shown]) -> Heading:
    if items[0].item.kind == "year_ago":
        year = int(part.removeprefix("y"))
        return heading_of_year(year, run.date.isocalendar().year - year)
    return _after_break(items) or headings()[part]


def _after_break(items: Sequence[Shown]) -> tuple[str, str] | None:
    """The heading for a listener who has played nothing for two months, so that no song is in rotation."""
    if all(shown.item.code == LAST_WEEKS for shown in items):
        return _("From your last weeks here"), _("What you played before your break")
    return None


def without_first(every: Sequence[Section]) -> list[Section]:
    """The sections without the first song, which is shown by itself."""
    first, *others = every
    rest = first.items[1:]
    return [replace(first, items=rest), *others] if rest else others


def _shown(item: RecommendedTrack, verdicts: VerbsByTarget | None, page_of: PageOf | None) -> Shown:
    track = item.track
    name = track.name or track.uri or _("A track without a name")
    return Shown(
        item,
        name,
        _address(track),
        page_of("track", item.track_id) if page_of and item.is_played else None,
        _artists(item, page_of),
        spotify_cover(track.image_url),
        track.album_name or name,
        verbs_on(item, verdicts) if verdicts else {},
    )


def _artists(item: RecommendedTrack, page_of: PageOf | None) -> list[tuple[str, str | None]]:
    """The first one has a page here if the listener has played it; others open on Spotify."""
    artists = [(artist.name, spotify_url("artist", artist.spotify_id)) for artist in item.track.artists]
    if artists and page_of and item.artist_is_played and item.artist_id is not None:
        artists[0] = (artists[0][0], page_of("artist", item.artist_id))
    return artists


def _address(track: KnownTrack) -> str | None:
    """The address at Spotify, or a search there for tracks that are known only by their names."""
    if track.uri is not None or track.name is None:
        return track_url(track.uri)
    names = " ".join([*(artist.name for artist in track.artists[:1]), track.name])
    return f"{OPEN}/search/{quote(names, safe='')}"


def silence(services: Sequence[Unanswering], time_zone: str) -> list[str]:
    """A sentence about each service that does not answer now."""
    return [_silence(shown_name(each.service), each.since, time_zone) for each in services]


def _silence(service: str, since: datetime | None, time_zone: str) -> str:
    if since is None:
        return _("%(service)s has not answered so far.") % {"service": service}
    return _("%(service)s has not answered since %(day)s.") % {"service": service, "day": day(since, time_zone)}


def likeness(run: StoredRun) -> str:
    """The services whose data on similar music led to songs of this list, as text; empty if none did."""
    sources = [services for item in run.items if isinstance(services := item.evidence.get("services"), list)]
    names = {str(service) for services in sources for service in services}
    return listed([credit(name) for name in sorted(names) if is_known(name)])

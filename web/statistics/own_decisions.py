"""What a listener can decide on the page of an artist, album or song: whether it counts, and with what."""

from dataclasses import dataclass

from db.library.exclusion_rules import BETWEEN, DASHES
from web.questions.view import View
from web.statistics.shown_items import ShownItem


@dataclass(frozen=True, slots=True)
class OwnDecisions:
    """`value` is that of a rule that hides the item. `tracks` and `identity` are addresses of pages: the tracks that
    count as this song, and which artist at MusicBrainz this artist is.
    """

    value: str | None
    tracks: str | None
    identity: str | None = None


def own_decisions(view: View, item: ShownItem, number: int) -> OwnDecisions | None:
    """The decisions, for the listener only, signed in."""
    if not view.parsed.visitor.is_owner(view.account):
        return None
    track = view.request.path_params["id"] if item.kind == "track" else None
    tracks = view.address("/account/recordings", {"track": track}) if track else None
    identity = view.address("/account/genres", {"artist": number}) if item.kind == "artist" else None
    return OwnDecisions(_value(item), tracks, identity)


def _value(item: ShownItem) -> str | None:
    """The value of a rule: a name covers all ids of an artist or album; for a song, any id finds its other versions."""
    if item.kind == "artist":
        return item.name
    if item.kind == "track" and item.spotify_url:
        return item.spotify_url
    names = (item.by[0], item.name) if item.by else ()
    is_clear = names and not any(dash in name for dash in DASHES for name in names)
    return BETWEEN.join(names) if is_clear else item.spotify_url

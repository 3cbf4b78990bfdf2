"""The tracks that count as one song, and why, for their listener."""

from dataclasses import dataclass

from insights.items.versions import SongVersion, versions_of
from web.pages.languages import _
from web.questions.view import View

ISRC = "isrc "


@dataclass(frozen=True, slots=True)
class ShownVersion:
    id: int
    name: str
    album: str
    length: str
    plays: int
    why: str


def versions(view: View, track_id: int) -> list[ShownVersion]:
    """The versions of a song; empty if it is a single track, and for everybody but its listener, signed in."""
    if not view.parsed.visitor.is_owner(view.account):
        return []
    tracks = versions_of(view.account.id, track_id, view.scope.min_seconds)
    return [_shown(track) for track in tracks] if len(tracks) > 1 else []


def _shown(version: SongVersion) -> ShownVersion:
    name = version.title or _("A song without a name")
    return ShownVersion(version.id, name, version.album or "", _length(version), version.plays, _why(version))


def _length(version: SongVersion) -> str:
    """Minutes and seconds."""
    if version.duration_ms is None:
        return ""
    minutes, seconds = divmod(round(version.duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _why(version: SongVersion) -> str:
    if version.is_chosen:
        return _("your choice")
    if version.evidence is None:
        return _("the others were joined to it")
    if version.evidence.startswith(ISRC):
        return _("same recording code (ISRC %(code)s)") % {"code": version.evidence.removeprefix(ISRC)}
    return _("same %(evidence)s") % {"evidence": version.evidence}

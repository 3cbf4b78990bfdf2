"""What a provider proposes: a track, a score, and a reason with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from recommend.listening.names import artist_key, song_key

Kind = Literal["rotation", "forgotten", "deeper", "new_artist", "new_release"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FAMILIAR: tuple[Kind, ...] = ("rotation", "forgotten")
DISCOVERY: tuple[Kind, ...] = ("deeper", "new_artist", "new_release")
ENOUGH_PLAYS_TO_KNOW = 3  # an artist that was heard less often is still a new one


@dataclass(frozen=True, slots=True)
class Candidate:
    """One track that a provider proposes. Scores compare within one provider and one kind only; higher is better.

    `track_id` is our catalogue's; None for one that is not in it yet, which is then known by `uri` or by its names.
    `own_key` is that of a listener's song (recommend/listening/songs.py), which may be split off from other versions.
    `code` names the sort of reason for programs; `evidence` holds ids, keys and numbers, as JSON can.
    """

    kind: Kind
    name: str
    artist: str
    score: float
    code: str
    reason: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None
    own_key: str | None = None

    @property
    def key(self) -> str:
        """The same for all versions of the recording."""
        return self.own_key or song_key(self.artist, self.name)

    @property
    def artist_key(self) -> str:
        return artist_key(self.artist)

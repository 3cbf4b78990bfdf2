"""Candidates, which providers propose: a track with a score, and a reason with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from db.lists.recommendations import Kind, KindOfReview
from recommend.listening.names import artist_key, song_key

__all__ = ["DISCOVERY", "ENOUGH_PLAYS_TO_KNOW", "FAMILIAR", "KINDS", "KINDS_OF_REVIEWS", "Candidate", "Kind"]

KINDS: tuple[Kind, ...] = get_args(Kind)
KINDS_OF_REVIEWS: tuple[KindOfReview, ...] = get_args(KindOfReview)
FAMILIAR: tuple[Kind, ...] = ("rotation", "forgotten", "rediscover")
DISCOVERY: tuple[Kind, ...] = ("deeper", "new_artist", "new_release")
ENOUGH_PLAYS_TO_KNOW = 3  # an artist with fewer plays still counts as new


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track that a provider proposes. Scores are comparable only within one provider and kind; higher is better.

    A track that is not in our catalogue yet has no `track_id`, and is known by its `uri` or its names. `own_key` is the
    key of a song in the listener's library (recommend/listening/songs.py), which may be split off from other versions.
    `code` identifies the kind of reason for programs; `evidence` holds ids, keys and numbers as JSON.
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

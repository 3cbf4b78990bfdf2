"""How a listener wants recommendations to be made; what was never chosen has a default."""

from typing import Any, TypedDict, Unpack

import msgspec

from db.engine.records import record
from db.models import RecommendationPreference
from db.people.accounts import AccountError

LONGEST_NAME = 64  # of MusicBrainz accounts, which ListenBrainz' are
SELECT = """
    SELECT adventurousness, house, listenbrainz_user, playlist, playlist_id, playlist_written
    FROM recommendation_preference WHERE account_id = %s
"""


class Preference(msgspec.Struct, frozen=True):
    """`adventurousness` goes from 0 (known music) to 1 (new music); None: as the listener listens.

    `house`: what this listener plays may be recommended to others here, without a name. `listenbrainz_user` is the name
    at ListenBrainz. `playlist`: today's list is written to a playlist on Spotify, which is `playlist_id` once there is
    one; `playlist_written` is what was written last.
    """

    adventurousness: float | None = None
    house: bool = False
    listenbrainz_user: str | None = None
    playlist: bool = False
    playlist_id: str | None = None
    playlist_written: Any = None


class PreferenceChanges(TypedDict, total=False):
    """The members of a Preference that are to change."""

    adventurousness: float | None
    house: bool
    listenbrainz_user: str | None
    playlist: bool
    playlist_id: str | None
    playlist_written: Any


def preference(account_id: int) -> Preference:
    return record(Preference, SELECT, (account_id,)) or Preference()


def change_preference(account_id: int, **changes: Unpack[PreferenceChanges]) -> None:
    """Change these members and no others; the next list follows them. Raises AccountError."""
    dial, name = changes.get("adventurousness"), changes.get("listenbrainz_user")
    if dial is not None and not 0 <= dial <= 1:
        raise AccountError("Adventurousness is a number from 0 (what you know) to 1 (what is new).")
    if name is not None and not (0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise AccountError(f"A ListenBrainz user name has 1 to {LONGEST_NAME} printable characters.")
    if changes:
        RecommendationPreference.insert(account=account_id, **changes).on_conflict(
            conflict_target=[RecommendationPreference.account], update=changes
        ).execute()

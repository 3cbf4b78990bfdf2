"""What a listener wants of the lists; what was never said is what we think fits."""

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from db.engine.connection import row
from db.models import RecommendationPreference
from db.people.accounts import AccountError

LONGEST_NAME = 64  # of MusicBrainz accounts, which ListenBrainz' are
SELECT = """
    SELECT adventurousness, house, listenbrainz_user, playlist, playlist_id, playlist_written
    FROM recommendation_preference WHERE account_id = %s
"""


@dataclass(frozen=True, slots=True)
class Preference:
    """`adventurousness` from 0 (what is known) to 1 (what is new), None: as the listener listens.

    `house`: others here may be shown what this listener plays, without saying who. `listenbrainz_user`: the name there.
    `playlist`: today's list is written to a playlist on Spotify, which is `playlist_id` once there is one;
    `playlist_written` is what was written last.
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
    found = row(SELECT, account_id)
    return Preference(*found) if found else Preference()


def change_preference(account_id: int, **changes: Unpack[PreferenceChanges]) -> None:
    """Change these members and no others; the next list follows them. Raises AccountError."""
    dial, name = changes.get("adventurousness"), changes.get("listenbrainz_user")
    if dial is not None and not 0 <= dial <= 1:
        raise AccountError("Adventurousness takes a number from 0 (what is known) to 1 (what is new).")
    if name is not None and not (0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise AccountError(f"A ListenBrainz user name has 1 to {LONGEST_NAME} printable characters.")
    if changes:
        RecommendationPreference.insert(account=account_id, **changes).on_conflict(
            conflict_target=[RecommendationPreference.account], update=changes
        ).execute()

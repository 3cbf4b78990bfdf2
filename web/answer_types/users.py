"""Accounts, as /users and /users/<username> show them."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from db.people.account_status import VISIBILITIES
from db.people.scan_modes import ScanMode
from insights.answers.values import Part, says
from web.answer_types.consent import Consent, DeletedAt
from web.answer_types.values import Instant, Number, Path

Visibility = Annotated[
    str,
    Meta(extra_json_schema={"enum": list(VISIBILITIES)}),
    says("Who may read it: the listener and holders of a token or link, or everybody."),
]
Disabled = Annotated[bool, says("Nothing is collected, and nobody may read the account or sign in.")]
HEARD = "Null for administrators who may not read the account."


class UserLinks(Part, frozen=True):
    history: Path
    recommendations: Path
    connect: Annotated[Path | None, says("Where to connect the account; null while it is connected.")]


class TimeZoneSince(Part, frozen=True):
    since: Annotated[Instant | None, says("Null for the first one, which holds for all time before.")]
    time_zone: str


class FormerName(Part, frozen=True):
    username: str
    until: Annotated[Instant, says("Until when addresses with this name redirect.")]


class Collecting(Part, frozen=True):
    """How the account's plays are collected."""

    scan_mode: ScanMode
    paused_since: Annotated[Instant | None, says("Since when collecting is paused by the listener; null if it is not.")]


class Standing(Part, frozen=True):
    """The status of an account, for its listener and for administrators."""

    visibility: Visibility
    disabled: Disabled
    consent: Consent
    time_zones: Annotated[
        list[TimeZoneSince], Meta(min_length=1), says("Where the listener has lived, the newest first.")
    ]
    collecting: Collecting
    former_usernames: Annotated[list[FormerName], says("Old names whose addresses redirect to this account.")]


class User(Part, frozen=True):
    username: str
    display_name: Annotated[str | None, says("As Spotify shows it; null before connecting.")]
    connected: Annotated[bool, says("Whether plays are collected now.")]
    reconnect_needed: Annotated[bool, says("Consent has ended and must be renewed.")]
    spotify_data_deleted_at: DeletedAt
    plays: Number
    first_played_at: Annotated[Instant | None, says(f"When the first play ended. {HEARD}")]
    last_played_at: Annotated[Instant | None, says(f"When the last play ended. {HEARD}")]
    time_zone: Annotated[str, says("IANA name of the zone where the listener lives now.")]
    links: UserLinks
    standing: Standing | UnsetType = UNSET


class UsernameOnly(Part, frozen=True):
    """All that a link for one period, or with totals only, shows of an account."""

    username: str

"""The demo's household: listeners with different histories, and the simulated Spotify that they use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

from demo.catalogue import Catalogue, make_catalogue
from demo.export import write_account_zip, write_extended_zip
from demo.fake_spotify import WINDOW, FakeSpotify, Visible
from demo.listener import Habits, Heard, Listener
from demo.listening_session import ListeningSession

SHOWN_FROM = 30_000  # milliseconds: shorter plays do not appear in recently-played


@dataclass
class Member:
    """A listener of the demo. `connects` is False for one who has only imported an export so far.

    A member without an `export` is a friend who has just joined.
    """

    username: str
    habits: Habits
    export: Literal["extended", "account"] | None
    connects: bool
    catalogue: Catalogue
    scan_mode: Literal["recent", "hybrid", "live"] = "recent"

    @cached_property
    def _life(self) -> tuple[Listener, list[Heard]]:
        return Listener(self.habits, self.catalogue), []

    def heard(self, until: datetime) -> list[Heard]:
        """All plays that ended by `until`; continues from the plays of earlier calls."""
        listener, heard = self._life
        while listener.day <= until.astimezone(listener.zone).date():
            heard.extend(listener.next_day())
        return [play for play in heard if play.ended_at <= until]

    def visible(self, until: datetime) -> list[Visible]:
        """Plays that recently-played may show: music that is not too short, outside private sessions."""
        newest = (play for play in reversed(self.heard(until)) if _is_shown(play))
        plays = [play for play, _ in zip(newest, range(WINDOW * 2), strict=False)]
        return [Visible(play.ended_at, play.track, play.ended_at, play.context_uri) for play in plays if play.track]

    def write_export(self, path: Path, now: datetime) -> None:
        """The export that Spotify would send: everything up to yesterday, or account data of a year up to last week."""
        if self.export == "extended":
            until = now - timedelta(days=1)  # overlaps with recently-played; those plays count once
            write_extended_zip(path, self.heard(until))
        if self.export == "account":
            until = now - timedelta(days=7)  # Spotify takes days to make an export
            year = [play for play in self.heard(until) if play.ended_at > until - timedelta(days=365)]
            write_account_zip(path, year)


def _is_shown(play: Heard) -> bool:
    return play.track is not None and play.ms_played >= SHOWN_FROM and not play.incognito


def household() -> tuple[Member, ...]:
    catalogue = make_catalogue()
    return (
        Member("alice", Habits(1, date(2019, 3, 1), "Europe/Berlin", 15, "DE"), "extended", True, catalogue, "live"),
        Member("bob", Habits(2, date(2022, 6, 10), "America/St_Johns", 9, "CA"), "extended", True, catalogue, "hybrid"),
        Member("carol", Habits(3, date(2025, 1, 5), "Asia/Kolkata", 12, "IN"), "account", False, catalogue),
        # The house needs five listeners.
        Member("dave", Habits(4, date(2026, 10, 1), "Europe/Berlin", 20, "DE"), None, True, catalogue),
        Member("erin", Habits(5, date(2026, 10, 1), "Europe/Dublin", 20, "IE"), None, True, catalogue),
        Member("frank", Habits(6, date(2026, 10, 1), "Europe/Berlin", 20, "DE"), None, True, catalogue),
    )


def now_in_utc() -> datetime:
    return datetime.now(UTC)


def fake_household(
    members: Sequence[Member], redirect_uri: str, clock: Callable[[], datetime] = now_in_utc
) -> FakeSpotify:
    """A simulated Spotify that shows what the members have played up to now."""
    fake = FakeSpotify(members[0].catalogue, clock, redirect_uris=(redirect_uri,))
    session = ListeningSession(sorted(members[0].catalogue.tracks.values(), key=lambda track: str(track.uri)), clock())
    for member in members:
        if member.scan_mode == "recent":
            fake.add_listener(member.username, member.visible)
        else:
            fake.add_listener(member.username, partial(_with_session, member, session))
            fake.player.play(member.username, session.changes)
    return fake


def _with_session(member: Member, session: ListeningSession, until: datetime) -> list[Visible]:
    return [*member.visible(until), *session.visible(until)]

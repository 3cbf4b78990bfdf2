"""The demo's household: listeners with different lives, and the pretend Spotify they use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from demo.catalogue import Catalogue, make_catalogue
from demo.export import write_account_zip, write_extended_zip
from demo.fake_spotify import WINDOW, FakeSpotify, Visible
from demo.listener import Habits, Heard, Listener

SHOWN_FROM = 30_000  # milliseconds: what was left sooner does not appear in recently-played


@dataclass
class Member:
    """A listener of the demo. `connects` is False for one who has imported an export and not connected so far.

    Without an `export` it is one of the others: a friend who has just come, and keeps to itself.
    """

    username: str
    habits: Habits
    export: Literal["extended", "account"] | None
    connects: bool
    catalogue: Catalogue

    @cached_property
    def _life(self) -> tuple[Listener, list[Heard]]:
        return Listener(self.habits, self.catalogue), []

    def heard(self, until: datetime) -> list[Heard]:
        """All plays that had ended at `until`; what was lived through before is not lived through again."""
        listener, heard = self._life
        while listener.day <= until.astimezone(listener.zone).date():
            heard.extend(listener.next_day())
        return [play for play in heard if play.ended_at <= until]

    def visible(self, until: datetime) -> list[Visible]:
        """What recently-played may show: music of some length, outside private sessions."""
        newest = (play for play in reversed(self.heard(until)) if _is_shown(play))
        found = [play for play, _ in zip(newest, range(WINDOW * 2), strict=False)]
        return [Visible(play.ended_at, play.track, play.ended_at, play.context_uri) for play in found if play.track]

    def write_export(self, path: Path, now: datetime) -> None:
        """What Spotify would send: all up to yesterday, or of the account data a year up to last week."""
        if self.export == "extended":
            until = now - timedelta(days=1)  # it overlaps with what recently-played shows: those plays count once
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
        Member("alice", Habits(1, date(2019, 3, 1), "Europe/Berlin", 15, "DE"), "extended", True, catalogue),
        Member("bob", Habits(2, date(2022, 6, 10), "America/St_Johns", 9, "CA"), "extended", True, catalogue),
        Member("carol", Habits(3, date(2025, 1, 5), "Asia/Kolkata", 12, "IN"), "account", False, catalogue),
        # What others here play is shown to nobody before there are five of them.
        Member("dave", Habits(4, date(2026, 10, 1), "Europe/Berlin", 20, "DE"), None, True, catalogue),
        Member("erin", Habits(5, date(2026, 10, 1), "Europe/Dublin", 20, "IE"), None, True, catalogue),
        Member("frank", Habits(6, date(2026, 10, 1), "Europe/Berlin", 20, "DE"), None, True, catalogue),
    )


def now_in_utc() -> datetime:
    return datetime.now(UTC)


def fake_household(
    members: Sequence[Member], redirect_uri: str, clock: Callable[[], datetime] = now_in_utc
) -> FakeSpotify:
    """A pretend Spotify that shows what the members have been playing up to this moment."""
    fake = FakeSpotify(members[0].catalogue, clock, redirect_uris=(redirect_uri,))
    for member in members:
        fake.add_listener(member.username, member.visible)
    return fake

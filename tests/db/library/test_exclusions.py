"""Rules that hide plays: what each hides, which rules are refused, and that no play is lost by any of them."""

# ruff: noqa: RUF001 - the dash between an artist and a title is meant
import random
import string
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, database, row, rows
from db.library.catalogue import save_tracks
from db.library.contents import refresh_library
from db.library.exclusion_rules import ExclusionError, stored_value
from db.library.exclusions import add_exclusion, apply_exclusions, remove_exclusion
from db.library.recording_choices import split_recording, undo_choice
from music import Album, Artist, Track
from tests import library
from tests.suite.random_cases import costly
from tests.web import seed

LANTERNS, GUEST, OTHER = (
    Artist(name, f"{number:022}") for number, name in enumerate(["The Lanterns", "Ä Guest", "X - Y"], 1)
)
HARBOUR, COMPILATION = Album("Harbour", (LANTERNS,), f"{1:022}"), Album("Hits – All", (OTHER,), f"{2:022}")
URI = "spotify:track:" + "0" * 21
TRACKS = [
    Track("Low Tide", (LANTERNS, GUEST), HARBOUR, URI + "1", 200_000),
    Track("Low Tide", (GUEST, LANTERNS), COMPILATION, URI + "2", 201_000),  # the same recording
    Track("Ebb", (LANTERNS,), HARBOUR, URI + "3", 100_000),
    Track("Flow", (OTHER,), COMPILATION, URI + "4", 100_000),
    Track("Alone", (GUEST,), None, URI + "5", 100_000),
]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def alice(database_url: str) -> Iterator[int]:
    with connected():
        yield seed.account(zone="UTC")


def one_play_each(account_id: int) -> None:
    """Plays 1 to 5 of the five tracks, and 6 of an episode; an hour apart."""
    keys = save_tracks(TRACKS)
    for hour, track in enumerate(TRACKS):
        seed.play(account_id, keys[track], NOON + timedelta(hours=hour))
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    seed.insert("play", account_id=account_id, episode_id=episode, played_at=NOON, source="recent", digest=0)
    library.refresh(account_id)


def hidden() -> dict[int, int]:
    """{play: rule}"""
    return dict(rows("SELECT id, excluded_by FROM play WHERE excluded_by IS NOT NULL ORDER BY id"))


def version() -> int:
    (number,) = row("SELECT data_version FROM account_version ORDER BY account_id LIMIT 1") or (0,)
    return int(number)


@pytest.mark.parametrize(
    ("kind", "value", "plays"),
    [
        ("track", URI + "1", [1, 2]),
        ("track", f"https://open.spotify.com/track/{2:022}?si=abc", [1, 2]),
        ("track", "the lanterns - low tide", [1, 2]),
        ("track", "ä guest – LOW TIDE", [1, 2]),
        ("track", "The Lanterns – Flow", []),
        ("track", URI + "9", []),
        ("artist", " the  LANTERNS ", [1, 2, 3]),
        ("artist", f"spotify:artist:{2:022}", [1, 2, 5]),
        ("artist", "X - Y", [2, 4]),  # also as the artist of the album
        ("artist", "Lanterns", []),
        ("album", f"spotify:album:{1:022}", [1, 3]),
        ("album", "The Lanterns - harbour", [1, 3]),
        ("album", "X - Y – Hits – All", [2, 4]),
        ("album", "X – Harbour", []),
        ("hours", "12:00-13:00", [1, 6]),
        ("hours", "16-13:01", [1, 2, 5, 6]),
        ("hours", "12:01-13:00", []),
        ("device", "SONOS", []),
        ("incognito", None, []),
    ],
)
def test_each_rule_hides_its_plays(alice: int, kind: str, value: str | None, plays: list[int]) -> None:
    one_play_each(alice)
    seed.play(seed.account("bob"), 1, NOON)
    before, first = rows("SELECT * FROM play ORDER BY account_id, id"), version()
    added = add_exclusion(alice, kind, value)
    assert hidden() == dict.fromkeys(plays, added.id)
    assert (added.id, added.changed, version()) == (1, len(plays), first + 1)
    assert remove_exclusion(alice, added.id) == len(plays)
    assert rows("SELECT * FROM play ORDER BY account_id, id") == before
    assert (rows("SELECT * FROM exclusion"), version()) == ([], first + 2)


def test_a_device_and_private_sessions_are_hidden_in_music_and_podcasts(alice: int) -> None:
    one_play_each(alice)
    rows("UPDATE play SET platform = 'Partner Sonos_IMX6 Sonos;Play1' WHERE id IN (1, 6) RETURNING 1")
    rows("UPDATE play SET incognito = id IN (2, 6) WHERE id > 1 RETURNING 1")
    add_exclusion(alice, "incognito")
    add_exclusion(alice, "device", " sonos ")
    assert hidden() == {1: 2, 2: 1, 6: 1}


def test_superseded_reports_are_hidden_too(alice: int) -> None:
    one_play_each(alice)
    seed.play(alice, 1, NOON, superseded_by=1)
    add_exclusion(alice, "track", URI + "1")
    assert hidden() == {1: 1, 2: 1, 7: 1}


def test_a_track_that_the_listener_split_off_is_not_hidden_with_its_versions(alice: int) -> None:
    one_play_each(alice)
    add_exclusion(alice, "track", URI + "1")
    split_recording(alice, 2)
    assert hidden() == {1: 1}
    undo_choice(alice, 2)
    assert hidden() == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("played_at", "is_hidden", "why"),
    [
        ("2026-03-28 21:00Z", True, "22:00 in Berlin, in winter"),
        ("2026-03-28 20:59:59.999Z", False, "just before"),
        ("2026-03-29 03:59:59.999Z", True, "05:59 on the night in which the clock was put forward"),
        ("2026-03-29 04:00Z", False, "the end is not hidden"),
        ("2026-10-25 00:30Z", True, "02:30 for the first time"),
        ("2026-10-25 01:30Z", True, "02:30 for the second time"),
        ("2026-10-25 05:00Z", False, "06:00 in winter again"),
        ("2026-11-01 00:00Z", True, "01:00 in Berlin, the moment before moving away"),
        ("2026-11-01 16:30Z", True, "22:00 in Kolkata"),
        ("2026-11-02 00:30Z", False, "06:00 in Kolkata"),
        ("1999-12-31 21:00Z", True, "long before any zone was set"),
    ],
)
def test_hours_are_local_to_the_listener(database_url: str, played_at: str, is_hidden: bool, why: str) -> None:
    alice = seed.account(zone="Europe/Berlin")
    seed.change("UPDATE account_time_zone SET since = '2026-01-01Z'")
    seed.lives_in(alice, "Asia/Kolkata", "2026-11-01 00:00:01Z")
    seed.play(alice, seed.track(), played_at)
    with connected():
        add_exclusion(alice, "hours", "22:00-06:00")
        assert bool(hidden()) == is_hidden, why


def test_rules_can_be_applied_to_a_period_only(alice: int) -> None:
    add_exclusion(alice, "artist", "The Lanterns")
    one_play_each(alice)
    hour = timedelta(hours=1)
    assert (apply_exclusions(alice, NOON + hour, NOON + hour), hidden()) == (1, {2: 1})
    assert (apply_exclusions(alice, start=NOON + hour), hidden()) == (1, {2: 1, 3: 1})
    assert (apply_exclusions(alice, end=NOON - hour), hidden()) == (0, {2: 1, 3: 1})
    assert (apply_exclusions(alice), hidden()) == (1, {1: 1, 2: 1, 3: 1})
    assert apply_exclusions(alice) == 0


def test_the_rule_with_the_lowest_id_hides_and_the_next_takes_over(alice: int) -> None:
    one_play_each(alice)
    for value in ["The Lanterns", "Ä Guest"]:
        add_exclusion(alice, "artist", value)
    assert hidden() == {1: 1, 2: 1, 3: 1, 5: 2}
    assert remove_exclusion(alice, 1) == 3
    assert hidden() == {1: 2, 2: 2, 5: 2}


def test_adding_a_rule_twice_stores_it_once(alice: int) -> None:
    spellings = [("hours", "22-6"), ("hours", "22:00 \u2013 06:00"), ("artist", "Ä Guest"), ("artist", "ä  gUEST"),
                 ("track", "A - B"), ("track", "a – b"), ("track", URI + "1"), ("incognito", None),
                 ("track", f"open.spotify.com/track/{1:022}"), ("incognito", ""), ("device", "Sonos"),
                 ("device", "SONOS")]  # fmt: skip
    added = [add_exclusion(alice, *spelling) for spelling in spellings]
    assert [rule.id for rule in added] == [1, 1, 2, 2, 3, 3, 4, 5, 4, 5, 6, 6]
    assert rows("SELECT kind, value FROM exclusion ORDER BY id") == [
        ("hours", "22:00-06:00"), ("artist", "Ä Guest"), ("track", "A – B"), ("track", URI + "1"), ("incognito", ""),
        ("device", "sonos"),
    ]  # fmt: skip


def test_another_listeners_rule_cannot_be_removed(alice: int) -> None:
    added = add_exclusion(seed.account("bob"), "incognito")
    with pytest.raises(ExclusionError, match=r"^There is no exclusion 1: `exclusions list` shows them\.$"):
        remove_exclusion(alice, added.id)
    assert rows("SELECT count(*) FROM exclusion") == [(1,)]


NAMED = "or a Spotify URI or link."
HOURS = "is not a range of hours: give two times, such as 22:00-06:00; the end is not hidden."


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("genre", "x", "Unknown kind of exclusion 'genre': use one of track, artist, album, hours, device, incognito."),
        ("track", "Low Tide", f"'Low Tide' does not identify a track: give \"ARTIST – TITLE\", {NAMED}"),
        ("track", None, f"'' does not identify a track: give \"ARTIST – TITLE\", {NAMED}"),
        ("track", "- Low Tide", f"'- Low Tide' does not identify a track: give \"ARTIST – TITLE\", {NAMED}"),
        ("album", "Harbour-1", f"'Harbour-1' does not identify an album: give \"ARTIST – ALBUM\", {NAMED}"),
        ("track", "spotify:album:" + "0" * 22, f"'spotify:album:{'0' * 22}' does not lead to a track on Spotify, as "
                                               "a rule of kind 'track' requires."),
        ("album", "https://open.spotify.com/track/1", "'https://open.spotify.com/track/1' does not lead to an album on "
                                                      "Spotify, as a rule of kind 'album' requires."),
        ("artist", " ", "Give the artist's name, or a Spotify URI or link."),
        ("hours", "night", f"'night' {HOURS}"),
        ("hours", "22:00", f"'22:00' {HOURS}"),
        ("hours", "22:00-22:00", f"'22:00-22:00' {HOURS}"),
        ("hours", "0:00-24:00", f"'0:00-24:00' {HOURS}"),
        ("hours", "24:00-06:00", f"'24:00-06:00' {HOURS}"),
        ("hours", "22:60-06:00", f"'22:60-06:00' {HOURS}"),
        ("hours", "22:00-24:01", f"'22:00-24:01' {HOURS}"),
        ("artist", "x" * 1_001, "A rule of kind 'artist' has at most 1000 characters and 1300 bytes."),
        ("artist", "\u263a" * 434, "A rule of kind 'artist' has at most 1000 characters and 1300 bytes."),
        ("hours", "x" * 5_000, "A rule of kind 'hours' has at most 1000 characters and 1300 bytes."),
        ("track", "x - " + "y" * 2_000, "A rule of kind 'track' has at most 2003 characters and 2605 bytes."),
        ("album", "\u263a - " + "y" * 2_600, "A rule of kind 'album' has at most 2003 characters and 2605 bytes."),
        ("device", "\x00", "Give a part of the device's name in your history, such as android or sonos."),
        ("incognito", "yes", "Unexpected value 'yes': incognito takes no value, and hides every private session."),
    ],
)  # fmt: skip
def test_an_invalid_rule_is_refused(alice: int, kind: str, value: str | None, sentence: str) -> None:
    with pytest.raises(ExclusionError) as refusal:
        add_exclusion(alice, kind, value)
    assert str(refusal.value) == sentence
    assert (rows("SELECT 1 FROM exclusion"), version()) == ([], 0)


def test_the_longest_names_fit_into_a_rule(alice: int) -> None:
    """Even names that PostgreSQL cannot compress."""
    drawn = random.Random(1)
    artist, title = ("".join(drawn.choices(string.ascii_letters, k=850)) + "\u263a" * 150 for _ in range(2))
    for kind, value in (("artist", artist), ("device", artist), ("track", f"{artist} - {title}")):
        assert add_exclusion(alice, kind, value).id


@given(st.sampled_from(["track", "artist", "album", "hours", "device", "incognito"]), st.text())
def test_normalising_a_stored_value_changes_nothing(kind: str, text: str) -> None:
    with suppress(ExclusionError):
        stored = stored_value(kind, text)
        assert stored_value(kind, stored) == stored


MOVED = datetime(2026, 6, 2, tzinfo=UTC)
RULES = [
    ("track", URI + "2"), ("track", "X - Y – Flow"), ("artist", "Ä Guest"), ("album", "The Lanterns – Harbour"),
    ("hours", "22:00-06:00"), ("hours", "12:00-13:00"), ("device", "ios"), ("incognito", None),
]  # fmt: skip
PLAYS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    track=st.integers(0, 4) | st.none(),
    minutes=st.integers(0, 60 * 48),
    platform=st.sampled_from([None, "iOS 17", "Windows"]),
    incognito=st.sampled_from([None, True, False]),
)
STEPS = st.lists(PLAYS | st.sampled_from(range(len(RULES))) | st.just("remove"), max_size=15)


def fits(kind: str, value: str, play: dict[str, Any]) -> bool:
    """Whether a rule hides a play, in plain Python; the first two tracks are one recording."""
    track = None if play["track"] is None else TRACKS[play["track"]]
    matches: dict[str, bool] = {
        "track": play["track"] in ({0, 1} if value == URI + "2" else {3}),
        "artist": track is not None and GUEST in track.artists,
        "album": track is not None and track.album == HARBOUR,
        "device": "ios" in (play["platform"] or "").lower(),
        "incognito": play["incognito"] is True,
        "hours": kind == "hours" and within(value, play["played_at"]),
    }
    return matches[kind]


def within(hours: str, played_at: datetime) -> bool:
    clock = f"{played_at.astimezone(ZoneInfo('Europe/Berlin' if played_at < MOVED else 'Asia/Kolkata')):%H:%M}"
    start, end = hours.split("-")
    return start <= clock < end if start < end else clock >= start or clock < end


def expected(plays: dict[int, dict[str, Any]], rules: dict[int, tuple[str, str]]) -> dict[int, int]:
    fitting = {play_id: [rule for rule in rules if fits(*rules[rule], play)] for play_id, play in plays.items()}
    return {play_id: min(each) for play_id, each in fitting.items() if each}


def store(account_id: int, play: dict[str, Any], keys: dict[Track, int], episode: int) -> int:
    music = {"episode_id": episode} if play["track"] is None else {"track_id": keys[TRACKS[play["track"]]]}
    seed.insert(
        "play", account_id=account_id, played_at=play["played_at"], source="extended", platform=play["platform"],
        incognito=play["incognito"], digest=len(rows("SELECT 1 FROM play")), **music,
    )  # fmt: skip
    ((play_id,),) = rows("SELECT max(id) FROM play")
    with database.atomic():
        refresh_library(account_id)
        apply_exclusions(account_id, play["played_at"], play["played_at"])
    return int(play_id)


@costly()
@given(STEPS)
def test_after_any_history_the_hidden_plays_are_those_that_rules_match(alice: int, steps: list[Any]) -> None:
    rows("TRUNCATE play, exclusion, episode, account_time_zone RESTART IDENTITY CASCADE; SELECT 1")
    seed.lives_in(alice, "Europe/Berlin", "-infinity")
    seed.lives_in(alice, "Asia/Kolkata", MOVED.isoformat())
    keys, episode = save_tracks(TRACKS), seed.insert("episode", kind="episode", uri="spotify:episode:1")
    plays: dict[int, dict[str, Any]] = {}
    rules: dict[int, tuple[str, str]] = {}
    for step in steps:
        if isinstance(step, dict):
            play = step | {"played_at": NOON + timedelta(minutes=step["minutes"])}
            plays[store(alice, play, keys, episode)] = play
        elif step == "remove" and rules:
            rules.pop(gone := min(rules))
            remove_exclusion(alice, gone)
        elif isinstance(step, int):
            added = add_exclusion(alice, *RULES[step])
            rules[added.id] = (RULES[step][0], added.value)
        assert hidden() == expected(plays, rules)
    for rule in list(rules):
        remove_exclusion(alice, rule)
    assert hidden() == {}

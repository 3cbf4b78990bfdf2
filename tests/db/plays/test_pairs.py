"""Which reports could be one play, even if there are far more of one moment than anybody can hear."""

from itertools import chain

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.plays.crowds import NEIGHBOURS
from db.plays.likeness import likeness
from db.plays.matching import settle
from db.plays.pairs import likely_pairs
from db.plays.reported_play import RANK, SOURCES, ReportedPlay
from db.plays.reports import Report, Stretch
from db.plays.same_moment import first_of_same_music
from db.plays.same_music import Item, Music

AT = 1_700_000_040_000  # a whole minute
SONG: dict[Item, Music] = {(1, None): Music(frozenset({"song"}))}


TIMED: dict[Item, Music] = {(1, None): Music(frozenset({"song"}), length=200_000)}


def play(number: int, source: str, ended: int = AT, ms_played: int | None = 200_000) -> ReportedPlay:
    return ReportedPlay(number, source, ended, None, ms_played, number % 1000, 1, None)


def crowd(count: int, source: str) -> list[ReportedPlay]:
    first = 1 if source == "extended" else 1_000_001
    return [play(first + number, source) for number in range(count)]


def test_a_thousand_reports_of_one_moment_are_compared_only_with_their_neighbours() -> None:
    pairs = [likely_pairs(crowd(count, "extended") + crowd(count, "recent"), SONG) for count in (500, 1000)]
    assert len(pairs[1]) < 1000 * (2 * NEIGHBOURS + 1)
    assert len(pairs[1]) < 2.2 * len(pairs[0])


def test_each_of_a_thousand_reports_of_one_moment_is_superseded_by_another() -> None:
    collected = crowd(999, "recent")
    pairs = likely_pairs(crowd(999, "extended") + collected, SONG)
    settled = settle(Stretch(tuple(Report(play.id, play.source, None) for play in collected), tuple(pairs)))
    assert len(set(settled.values()) - {None}) == 999


def test_a_realistic_number_of_reports_are_all_compared() -> None:
    heard = [play(1 + number, "extended", AT + 3_000 * number) for number in range(20)]
    seen = [play(101 + number, "recent", AT + 3_000 * number + 500) for number in range(20)]
    assert len(likely_pairs(heard + seen, SONG)) == 400
    assert likely_pairs(heard + seen, SONG)[:20] == [(101 + number, 1 + number) for number in range(20)]


def test_account_data_matches_the_report_of_its_minute_and_milliseconds() -> None:
    heard = [play(1 + number, "extended", AT + number, 30_000 + number) for number in range(900)]
    named = [play(2_001 + number, "account", AT, 30_000 + number) for number in range(900)]
    assert sorted(likely_pairs(heard + named, SONG)) == [(2_001 + number, 1 + number) for number in range(900)]


def test_reports_of_one_isrc_are_the_same_music_only_if_their_lengths_agree() -> None:
    recordings = [(1, 200_000), (2, 290_000), (3, 201_000), (4, None)]
    music = [(number, Music(frozenset({number}), "DEABC2300001", length)) for number, length in recordings]
    assert first_of_same_music(music) == {3: 1, 4: 1}


def test_a_beginning_is_compared_with_an_end_where_no_source_knows_a_length() -> None:
    scrobbled = ReportedPlay(2, "scrobble", AT, AT, None, 2, 1, None)
    assert likely_pairs([play(1, "recent", AT + 60_000, None), scrobbled], SONG) == [(2, 1)]
    assert likely_pairs([play(1, "recent", AT + 200_000, None), scrobbled], SONG) == []


SOME = 10**6
REPORTED = st.builds(
    lambda source, ended, heard, ms, digest, track: (source, AT + ended, AT + ended - heard, ms, digest, track),
    st.sampled_from(SOURCES), st.integers(0, 10**7), st.integers(0, 5 * SOME), st.none() | st.integers(0, 300_000),
    st.integers(0, SOME), st.integers(1, 3),
)  # fmt: skip
SONGS: dict[Item, Music] = {
    (1, None): Music(frozenset({1, "song"}), "DEABC2300001", 200_000),
    (2, None): Music(frozenset({2, "song"}), None, 290_000),
    (3, None): Music(frozenset({3}), "DEABC2300001", 201_000),
}


@given(st.lists(REPORTED, max_size=10))
def test_every_two_reports_that_can_be_one_play_are_a_pair_and_the_likeliest_comes_first(
    reported: list[tuple[str, int, int, int | None, int, int]],
) -> None:
    plays = [
        ReportedPlay(number, source, ended, None if source in {"recent", "account"} else began, ms, digest, track, None)
        for number, (source, ended, began, ms, digest, track) in enumerate(reported)
    ]
    ordered = [(worse, better) for worse in plays for better in plays if RANK[worse.source] > RANK[better.source]]
    likely = sorted(
        (like, worse.id, better.id) for worse, better in ordered if (like := likeness(worse, better, SONGS))
    )
    pairs, by_time = likely_pairs(plays, SONGS), [(worse, better) for _, worse, better in likely]
    assert pairs[: len(by_time)] == by_time
    in_silence, paired = pairs[len(by_time) :], set(chain.from_iterable(by_time))
    assert all(any(plays[one].begun and one not in paired for one in pair) for pair in in_silence)


def heard_live(number: int, began: int, ended: int) -> ReportedPlay:
    return ReportedPlay(number, "current", AT + ended * 1000, AT + began * 1000, 200_000, number, 1, None)


def test_a_play_that_was_left_during_a_pause_is_the_play_of_recently_played() -> None:
    live = heard_live(1, 0, 1_200)
    inside, outside, before = (play(2 + no, "recent", AT + end * 1000, None) for no, end in enumerate((700, 1_291, -1)))
    assert likely_pairs([live, inside], SONG) == [(2, 1)]
    assert likely_pairs([live, outside, before], SONG) == []


def test_plays_that_began_together_are_one_although_one_of_them_was_paused() -> None:
    live = heard_live(1, 0, 220)
    exported = ReportedPlay(2, "extended", AT + 700_000, AT - 2_000, 200_000, 2, 1, None)
    assert likely_pairs([live, exported], SONG) == [(1, 2)]
    later = ReportedPlay(3, "extended", AT + 700_000, AT + 400_000, 200_000, 3, 1, None)
    assert likely_pairs([live, later], SONG) == []


def test_a_pause_that_live_collecting_did_not_see_ends_a_play_later() -> None:
    live = heard_live(1, 0, 200)
    paused, another = (play(2 + no, "recent", AT + end * 1000, None) for no, end in enumerate((394, 396)))
    assert likely_pairs([live, paused], TIMED) == [(2, 1)]
    assert likely_pairs([live, another], TIMED) == []


def test_recently_played_gives_the_end_of_a_play_that_a_player_submitted_before_its_pause() -> None:
    submitted = ReportedPlay(2, "listenbrainz", AT + 200_000, AT, None, 2, 1, None)
    left, another = (play(1, "recent", AT + end * 1000, None) for end in (394, 396))
    assert likely_pairs([left, submitted], TIMED) == [(2, 1)]
    assert likely_pairs([another, submitted], TIMED) == []


@pytest.mark.parametrize("seconds", [1, 30, 100, 199])
def test_recently_played_gives_the_end_of_a_submitted_play_that_was_left_early(seconds: int) -> None:
    submitted = ReportedPlay(2, "listenbrainz", AT + 200_000, AT, None, 2, 1, None)
    assert likely_pairs([play(1, "recent", AT + seconds * 1000, None), submitted], TIMED) == [(2, 1)]


def test_of_repeated_songs_with_and_without_a_pause_each_is_one_play() -> None:
    ends = (200, 400, 780)  # the third was paused for 180 s
    submitted = [
        ReportedPlay(11 + no, "listenbrainz", AT + (200 * no + 200) * 1000, AT + 200 * no * 1000, None, no, 1, None)
        for no in range(3)
    ]
    collected = [play(1 + no, "recent", AT + end * 1000, None) for no, end in enumerate(ends)]
    reports = tuple(Report(each.id, each.source, None) for each in [*collected, *submitted])
    settled = settle(Stretch(reports, tuple(likely_pairs([*collected, *submitted], TIMED))))
    assert settled == {1: None, 2: None, 3: None, 11: 1, 12: 2, 13: 3}


def submitted_at(began: int) -> ReportedPlay:
    return ReportedPlay(11, "listenbrainz", AT + (began + 200) * 1000, AT + began * 1000, None, 11, 1, None)


@pytest.mark.parametrize("source", ["recent", "account", "current"])
def test_a_song_that_was_paused_in_silence_is_one_play(source: str) -> None:
    resumed = ReportedPlay(1, source, AT + 700_000, AT + 500_000 if source == "current" else None, 200_000, 1, 1, None)
    assert [set(pair) for pair in likely_pairs([submitted_at(0), resumed], TIMED)] == [{1, 11}]


def test_a_song_is_heard_twice_if_something_else_was_heard_in_between() -> None:
    music = TIMED | {(2, None): Music(frozenset({"another song"}), length=100_000)}
    resumed, between, before = (
        ReportedPlay(number, "recent", AT + ended * 1000, None, None, number, track, None)
        for number, ended, track in ((1, 700, 1), (2, 400, 2), (3, 10, 2))
    )
    assert likely_pairs([submitted_at(0), resumed, between], music) == []
    assert likely_pairs([submitted_at(0), resumed, before], music) == [(11, 1)]


@pytest.mark.parametrize("ended", [404, 1_600])
def test_a_song_is_heard_twice_if_it_was_repeated_at_once_or_long_after(ended: int) -> None:
    assert likely_pairs([submitted_at(0), play(1, "recent", AT + ended * 1000, None)], TIMED) == []


def test_equal_reports_of_a_paused_song_can_be_paired() -> None:
    twice = [submitted_at(0), ReportedPlay(12, *msgspec.structs.astuple(submitted_at(0))[1:])]
    resumed = [play(number, "recent", AT + 700_000, None) for number in (1, 1_001)]
    assert len(likely_pairs([*twice, *resumed], TIMED)) == 2


def test_what_was_skipped_is_not_the_rest_of_a_paused_song() -> None:
    skipped = ReportedPlay(1, "current", AT + 700_000, AT + 690_000, 10_000, 1, 1, None)
    assert likely_pairs([submitted_at(0), skipped], TIMED) == []


def test_a_report_that_agrees_with_another_is_not_of_a_paused_song() -> None:
    first, second = play(1, "recent", AT + 200_000, None), play(2, "recent", AT + 700_000, None)
    assert likely_pairs([submitted_at(0), first, second], TIMED) == [(11, 1)]


@pytest.mark.parametrize("hours", [1, 11])
def test_an_export_may_say_that_a_play_seen_paused_went_on_hours_later(hours: int) -> None:
    live = heard_live(1, 0, 220)
    exported = ReportedPlay(2, "extended", AT + hours * 3_600_000, AT - 2_000, 240_000, 2, 1, None)
    assert likely_pairs([live, exported], SONG) == [(1, 2)]
    another = ReportedPlay(3, "extended", AT + hours * 3_600_000, AT + 300_000, 240_000, 3, 1, None)
    assert likely_pairs([live, another], SONG) == []

"""`recommend` makes and shows lists."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine.connection import connected, rows
from recommend.list_dates import list_date, same_week
from recommend.nightly import listening_day
from tests.doors.programs import NO_DORA, run
from tests.web import seed

# A zone where it is about noon, because a listening day ends at 04:00 and must not end while these tests run.
ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+}"
TODAY = listening_day(datetime.now(UTC), ZONE)
YESTERDAY = TODAY - timedelta(days=1)
COLD = (
    "There is little to go by yet: good lists take a few hundred plays and a few weeks. "
    "Importing your streaming history is the quickest way there.\n"
)


def ask(database_url: str, *command: str, zone: str = ZONE) -> tuple[int, str, str]:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice", "TIME_ZONE": zone}
    return run("cli.py", "recommend", *command, env=env)


@pytest.fixture
def alice(database_url: str) -> int:
    """Alice played one song three times, and another once, the day before yesterday."""
    account = seed.account(zone=ZONE)
    boats = seed.known_track()
    long = seed.track(uri="spotify:local:a", name="A song with a title that goes on and on", artist_name="Grandma")
    for hour, track in enumerate((boats, boats, boats, long)):
        seed.play(
            account, track, datetime(TODAY.year, TODAY.month, TODAY.day, 8 + hour, tzinfo=UTC) - timedelta(days=2)
        )
    return account


def stored() -> list[tuple[date, bool, int]]:
    with connected():
        return rows("SELECT date, backfilled, revision FROM recommendation_run ORDER BY date")


def test_a_list_is_made_and_shown_with_its_reasons(database_url: str, alice: int) -> None:
    status, out, err = ask(database_url, "alice")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"alice: 2 recommendations for {TODAY} (made now, from few plays so far)"
    assert lines[1] == ""
    assert [line.split("  ")[0] for line in lines[2:5]] == ["", "1", "2"]
    assert lines[2].split() == ["KIND", "SONG", "WHY"]
    place = lines[2].index("WHY")
    assert lines[3][:place].rstrip() == "1  rotation  The Lanterns, A Guest: Paper Boats"
    assert lines[4][:place].rstrip() == "2  rotation  Grandma: A song with a title that goes on a…"
    assert lines[3][place:] == "You played it 3 times in the last two weeks"
    assert "\n".join(lines[5:]) + "\n" == "\n" + COLD
    assert stored() == [(TODAY, False, 1)]


def test_an_existing_list_is_shown_unchanged_unless_it_is_rebuilt(database_url: str, alice: int) -> None:
    ask(database_url, "alice")
    kept = ask(database_url, "alice")[1]
    assert kept.startswith(f"alice: 2 recommendations for {TODAY} (made before, kept as it is")
    seed.change("DELETE FROM play WHERE track_id = (SELECT max(id) FROM track)")
    assert ask(database_url, "alice")[1] == kept
    anew = ask(database_url, "alice", "--rebuild")[1]
    assert anew.startswith(f"alice: 1 recommendations for {TODAY} (made now")
    assert stored() == [(TODAY, False, 2)]


def test_a_list_of_a_day_that_is_over_is_marked(database_url: str, alice: int) -> None:
    out = ask(database_url, "alice", "--date", str(YESTERDAY))[1]
    assert out.endswith(COLD.replace("\n", " (made after its day)\n"))
    assert stored() == [(YESTERDAY, True, 1)]


def test_everybodys_lists_are_made_with_one_line_each(database_url: str, alice: int) -> None:
    seed.account("bob", "Pacific/Kiritimati")
    seed.account("gone", disabled_at="2026-01-01")
    status, out, err = ask(database_url, "--all", "--date", str(YESTERDAY))
    assert (status, err) == (0, "alice …\nbob …\n")
    assert out.splitlines() == [
        f"alice: 2 recommendations for {YESTERDAY} (made now, from few plays so far)",
        f"bob: 0 recommendations for {YESTERDAY} (made now, from few plays so far)",
    ]


def test_a_date_in_the_listeners_future_is_refused(database_url: str, alice: int) -> None:
    day = TODAY + timedelta(days=2)
    sentence = f"It is not {day} yet where alice lives ({ZONE}).\n"
    assert ask(database_url, "alice", "--date", str(day)) == (1, "", sentence)
    assert ask(database_url, "--all", "--date", str(day)) == (1, "", sentence)
    assert stored() == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ((), "`recommend` takes a username, or --all.\n"),
        (("alice", "--all"), "`recommend` takes a username, or --all.\n"),
        (("dora",), NO_DORA),
    ],
)
def test_a_refusal_is_one_sentence(database_url: str, command: tuple[str, ...], sentence: str) -> None:
    assert ask(database_url, *command) == (1, "", sentence)


@pytest.mark.parametrize("value", ["2026-02-30", "yesterday", ""])
def test_an_invalid_date_is_refused(database_url: str, value: str) -> None:
    status, out, err = ask(database_url, "alice", "--date", value)
    assert (status, out) == (2, "")
    assert "error: argument --date: must be a date that exists, such as 2026-11-20\n" in err


def test_another_list_is_made_and_shown_by_its_name(database_url: str, alice: int) -> None:
    monday = list_date("year-ago", TODAY)
    wednesday = same_week(monday, monday.isocalendar().year - 1) + timedelta(days=2)
    seed.play(alice, seed.track(uri="spotify:local:b", name="Tide", artist_name="Anna"), f"{wednesday}T12:00Z")
    status, out, err = ask(database_url, "alice", "--list", "year-ago")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"alice: 1 recommendations for {monday} on the list year-ago (made now)"
    assert lines[3].split("  ")[:3] == ["1", "year_ago", "Anna: Tide"]
    assert lines[3].endswith(f"You played it once in this week of {wednesday.isocalendar().year}")
    assert stored() == [(monday, False, 1)]
    assert ask(database_url, "alice", "--list", "yearly")[0] == 2

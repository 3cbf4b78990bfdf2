"""Parsing a schedule: a duration, or the lines of a crontab."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collect.schedule import At, Every, Job, ScheduleError, duration, read_crontab

ROOT = Path(__file__).parent.parent.parent
EVERY_MINUTE, EVERY_HOUR = frozenset(range(60)), frozenset(range(24))


FORMAT = "the format is MINUTE HOUR * * * python spotify_client.py TASK, with a TASK such as collect."


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20 {text}").replace(tzinfo=UTC)


def crontab(folder: Path, *lines: str) -> Path:
    path = folder / "crontab"
    path.write_text("\n".join(lines))
    return path


def test_spotify_cronjob_collects_every_20_minutes_and_recommends_and_enriches_every_hour() -> None:
    collect, recommend, enrich = read_crontab(ROOT / "spotify.cronjob")
    assert collect == Job(("collect",), At(frozenset({0, 20, 40}), EVERY_HOUR))
    assert recommend == Job(("refresh", "recommend"), At(frozenset({10}), EVERY_HOUR))
    assert enrich == Job(("enrich",), At(frozenset({30}), EVERY_HOUR))


@pytest.mark.parametrize(
    ("fields", "minutes", "hours"),
    [
        ("* *", EVERY_MINUTE, EVERY_HOUR),
        ("0 4", {0}, {4}),
        ("5,35 */6", {5, 35}, {0, 6, 12, 18}),
        ("10-12,59 22-23", {10, 11, 12, 59}, {22, 23}),
        ("10-30/10 7/8", {10, 20, 30}, {7, 15, 23}),
    ],
)
def test_minutes_and_hours_follow_crontab_syntax(
    tmp_path: Path, fields: str, minutes: set[int], hours: set[int]
) -> None:
    (job,) = read_crontab(crontab(tmp_path, "# every day", "", f"{fields} * * * python spotify_client.py"))
    assert job == Job((), At(frozenset(minutes), frozenset(hours)))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("60 * * * * python spotify_client.py", "'60' is not a valid minute: use numbers from 0 to 59."),
        ("0 5-24 * * * python spotify_client.py", "'5-24' is not a valid hour: use numbers from 0 to 23."),
        ("9-5 * * * * python spotify_client.py", "'9-5' is not a valid minute: use numbers from 0 to 59."),
        ("5, * * * * python spotify_client.py", "'' is not a valid minute: use numbers, *, ranges such as 1-5, and "
         "steps such as */20."),
        *[(line, FORMAT) for line in (
            "0 4 1 * * python spotify_client.py", "@daily python spotify_client.py", "* * * * * rm -rf /", "*",
            "SHELL=/bin/sh",
        )],
    ],
)  # fmt: skip
def test_an_invalid_line_is_reported_with_its_number(tmp_path: Path, line: str, sentence: str) -> None:
    path = crontab(tmp_path, "# mine", line)
    with pytest.raises(ScheduleError) as refusal:
        read_crontab(path)
    assert str(refusal.value) == f"{path}, line 2: {sentence}"


def test_a_missing_or_empty_crontab_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", crontab(tmp_path, "# nothing")):
        with pytest.raises(ScheduleError, match=str(path)):
            read_crontab(path)


@pytest.mark.parametrize(
    ("moment", "following"),
    [("12:00:00", "12:20"), ("12:19:59.9", "12:20"), ("12:40:01", "13:00"), ("23:50", "23:59:60")],
)
def test_the_next_time_is_always_later(moment: str, following: str) -> None:
    expected = at("23:59") + timedelta(minutes=1) if following.endswith(":60") else at(following)
    assert At(frozenset({0, 20, 40}), EVERY_HOUR).after(at(moment)) == expected
    assert Every(timedelta(minutes=20)).after(at(moment)) == at(moment) + timedelta(minutes=20)


def test_a_duration_is_minutes_or_hours() -> None:
    assert [duration(text) for text in ("20m", "2h", "1440m")] == [
        timedelta(minutes=20), timedelta(hours=2), timedelta(days=1),
    ]  # fmt: skip
    for text in ("0m", "25h", "20", "20s", "-5m", "", "m", "1441m"):
        with pytest.raises(ArgumentTypeError, match="is not a duration from 1m to 24h"):
            duration(text)

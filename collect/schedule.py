"""The collector's schedule: `--every 20m`, or the lines of a crontab such as spotify.cronjob.

It supports the minutes and hours of a crontab, which is all that a collector needs; a library for the whole syntax
(days of the month, weekdays, years) would add more ways to fail than this module has.
"""

import re
from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

DURATION = re.compile(r"(\d{1,4})(m|h)")
LONGEST = timedelta(days=1)
PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")  # *, 5, 5-15, each also with /20
PROGRAM = ["python", "spotify_client.py"]
MINUTE = timedelta(minutes=1)


class ScheduleError(Exception):
    """A schedule is unreadable; the message says where, and what is valid."""


@dataclass(frozen=True)
class Every:
    """Again and again after an interval."""

    interval: timedelta

    def after(self, moment: datetime) -> datetime:
        return moment + self.interval


@dataclass(frozen=True)
class At:
    """At these minutes of these hours, in UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]

    def after(self, moment: datetime) -> datetime:
        following = moment.replace(second=0, microsecond=0) + MINUTE
        while following.minute not in self.minutes or following.hour not in self.hours:
            following += MINUTE
        return following


@dataclass(frozen=True)
class Job:
    """The arguments to run the program with, and the times."""

    arguments: tuple[str, ...]
    times: Every | At

    @property
    def name(self) -> str:
        return " ".join(self.arguments) or "everything"


def duration(text: str) -> timedelta:
    """Parse a duration such as 20m or 2h. Raises ArgumentTypeError."""
    match = DURATION.fullmatch(text)
    length = timedelta(**{{"m": "minutes", "h": "hours"}[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < length <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is not a duration from 1m to 24h, such as 20m or 2h")
    return length


def read_crontab(path: Path) -> list[Job]:
    """Raises ScheduleError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScheduleError(f"{path} cannot be read: name a crontab, such as spotify.cronjob.") from error
    jobs = list(_jobs(path, text.splitlines()))
    if not jobs:
        raise ScheduleError(f"{path} has no line that runs anything, such as */20 * * * * {' '.join(PROGRAM)}")
    return jobs


def _jobs(path: Path, lines: list[str]) -> Iterator[Job]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield _job(line)
            except ValueError as error:
                raise ScheduleError(f"{path}, line {number}: {error}.") from error


def _job(line: str) -> Job:
    fields = line.split()
    if fields[2:7] != ["*", "*", "*", *PROGRAM]:
        raise ValueError(f"the format is MINUTE HOUR * * * {' '.join(PROGRAM)} TASK, with a TASK such as collect")
    return Job(tuple(fields[7:]), At(_numbers(fields[0], 60, "minute"), _numbers(fields[1], 24, "hour")))


def _numbers(field: str, count: int, name: str) -> frozenset[int]:
    """The numbers from 0 to `count` - 1 that the field selects."""
    numbers: set[int] = set()
    for part in field.split(","):
        match = PART.fullmatch(part)
        if match is None:
            raise ValueError(
                f"{part!r} is not a valid {name}: use numbers, *, ranges such as 1-5, and steps such as */20"
            )
        first = int(match[1] or 0)
        last = int(match[2]) if match[2] else first if match[1] and not match[3] else count - 1
        chosen = range(first, last + 1, int(match[3] or 1) or count)
        if not chosen or last >= count:
            raise ValueError(f"{part!r} is not a valid {name}: use numbers from 0 to {count - 1}")
        numbers |= set(chosen)
    return frozenset(numbers)

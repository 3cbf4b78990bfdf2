"""What Lambda calls: the web service behind API Gateway, the collector's tasks by schedule, and migrations at a deploy.

`work` runs the commands of spotify_client.py, with the words that its event has: {"command": "collect --until-idle"}.
"""

import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

from mangum import Mangum

import advice
import application
import cli
import logs
import settings as configuration
import spotify_client
from db.engine.connection import open_database
from exit_status import ExitStatus

CONNECTIONS = 1  # a function answers one request at a time, and PostgreSQL grants few to thousands of functions
SECONDS_TO_END = 20  # to finish what has begun, before Lambda kills the function
Answer = dict[str, Any]


class Context(Protocol):
    """What we read of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int: ...


class CommandFailed(Exception):
    """A command has failed: Lambda counts an error. The log says why."""


def web(event: Mapping[str, Any], context: Context) -> Answer:
    """Answer a request of API Gateway (HTTP API, payload 2.0)."""
    answer: Answer = adapter()(event, context)
    return answer


def work(event: Mapping[str, Any], context: Context) -> Answer:
    """Run a task of the collector, for as long as the function may run: the next run does the rest."""
    words = shlex.split(event["command"])
    try:
        with stopped_after(context.get_remaining_time_in_millis() / 1000 - SECONDS_TO_END):
            status = spotify_client.main(words)
    except SystemExit as stopped:
        if stopped.code != ExitStatus.TERMINATED:
            raise CommandFailed(event["command"]) from stopped
        return {"command": event["command"], "finished": False}
    return _finished(event["command"], status)


def migrate(_: Mapping[str, Any], __: Context) -> Answer:
    """Bring the database up to date, before the functions have the new image."""
    with_own_database()
    return _finished("migrate", cli.main(["migrate"]))


def _finished(command: str, status: int) -> Answer:
    if status != ExitStatus.DONE:
        raise CommandFailed(f"{command}: exit status {status}")
    return {"command": command, "finished": True}


@cache
def adapter() -> Mangum:
    """The web service, for as long as Lambda keeps this process. Raises SettingsError."""
    settings = with_own_database()
    logs.start(sys.stdout, *configuration.logging_choice())
    advice.set_up(**configuration.circumstances(settings))
    open_database(settings.database_url or "", CONNECTIONS)
    return Mangum(application.create_application(settings, prepare=False), lifespan="off")


def with_own_database() -> configuration.Settings:
    """The settings. Raises SettingsError without DATABASE_URL: a function would start a PostgreSQL, and lose it."""
    settings = configuration.read()
    if settings.database_url is None:
        raise configuration.SettingsError("DATABASE_URL is not set: a function has no place for the embedded database.")
    return settings


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop the command as SIGTERM does, if it runs for longer."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, max(1.0, seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)

"""The real service in process, at a fixed moment; each of its answers is checked against /openapi.json."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache

import pytest
from starlette import routing
from starlette.testclient import TestClient

from db.engine.connection import close_database, open_database
from tests.suite.whole_answers import WholeAnswers
from tests.web.contract import check_answer
from web.http.services import Services
from web.service import web_service

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 13:00 in Berlin
VERSION = "1.2.3"
# Almost every test has a service of its own, and each compiles the same paths.
routing.compile_path = cache(routing.compile_path)
Counting = Callable[[], AbstractContextManager[list[str]]]


def service_client(services: Services, *hosts: str, raises: bool = True) -> TestClient:
    client = WholeAnswers(
        web_service(services, hosts),
        base_url="http://127.0.0.1",
        follow_redirects=False,
        raises=raises,
        client=("127.0.0.1", 50000),
    )
    client.event_hooks = {"response": [check_answer]}
    return client


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW)) as client:
        yield client


@pytest.fixture
def nowhere() -> Iterator[TestClient]:
    """A service whose database cannot be reached, for refusals that must not depend on it."""
    open_database("postgresql://nobody:hunter2@127.0.0.1:1/none")
    with service_client(Services(VERSION, lambda: NOW)) as client:
        yield client
    close_database()


class Statements(logging.Handler):
    """What Peewee logs: each statement sent to the database."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.sent: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "peewee" and isinstance(record.msg, tuple):
            self.sent.append(str(record.msg[0]))


@pytest.fixture
def queries() -> Counting:
    """A context manager that collects the statements sent to the database within it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements, logger = Statements(), logging.getLogger("peewee")
        level = logger.level
        logger.addHandler(statements)
        logger.setLevel(logging.DEBUG)
        try:
            yield statements.sent
        finally:
            logger.removeHandler(statements)
            logger.setLevel(level)

    return counting

"""No bounds of a period are a fault, not even at the very ends of the calendar."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from insights.question import Question
from insights.questions import questions
from recommend.list_dates import LISTS
from tests.web import listed, seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.known_music import know_genres, know_sound, know_year
from web.http.services import Services

BOUNDS = (
    "period=all",
    "period=1970-01-01",
    "period=9990-12-31",
    "to=0001-01-01",
    "to=0001-01-01T00:00:00Z",
    "from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:00.001Z",
    "from=0001-01-01&to=0001-01-02",
    "from=0001-01-01T00:00:01Z&to=0001-01-01T23:00:00Z",
    "from=9999-12-31T23:59:59Z",
    "from=9999-12-31",
    "from=9999-12-30T23:00:00Z&to=9999-12-31T23:59:59Z",
    "from=9999-12-31T23:59:58Z&to=9999-12-31T23:59:59Z",
    "from=0001-01-01&to=9999-12-31T23:59:59Z",
)
ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati")


@pytest.fixture
def listeners(database_url: str) -> None:
    """Alice and Bob; the artist, album, track and genre that they played, and their playlists, have the id 1."""
    boats = seed.known_track()
    know_genres(boats, {"1": 1.0})
    know_year(boats, 1991)
    know_sound(boats, (0.9, 0.5, 0.7, 0.1, 120))
    for name in ("alice", "bob"):
        account_id = seed.account(name, library_shown=True)
        seed.play(account_id, boats, "2026-11-01T12:00:00Z")
        listed.playlist(account_id, spotify_id="1")


def path_of(question: Question) -> str:
    names = {parameter.name: "bob" if parameter.is_account else "1" for parameter in question.parameters}
    return question.path.format(**{**names, "username": "alice"})


@pytest.fixture
def unraising(database_url: str) -> Iterator[TestClient]:
    """A client that gets faults of the service as answers, as visitors do."""
    with service_client(Services(VERSION, lambda: NOW), raises=False) as client:
        yield client


@pytest.mark.usefixtures("listeners")
@pytest.mark.parametrize("question", questions().values(), ids=list(questions()))
def test_no_bounds_are_a_fault(unraising: TestClient, question: Question) -> None:
    if "from" not in question.takes:
        pytest.skip("the question takes no period")
    more = "&completeness=true" if "completeness" in question.takes else ""
    faults = list[tuple[str, int]]()
    for zone in ZONES:
        for bounds in BOUNDS:
            address = f"{path_of(question)}?{bounds}&tz={zone}{more}"
            status = unraising.get(address).status_code
            if status not in {200, 400}:
                faults.append((address, status))
    assert faults == []


@pytest.mark.usefixtures("listeners")
@pytest.mark.parametrize("path", ["/today/alice", "/user-recommendations/alice"])
def test_no_date_of_a_list_is_a_fault(unraising: TestClient, path: str) -> None:
    addresses = [
        f"{path}?list={name}&date={day}" for name in LISTS for day in ("0001-01-01", "0001-02-01", "9999-12-31")
    ]
    assert {address: unraising.get(address).status_code for address in addresses} == {
        address: 400 if address.endswith("9999-12-31") else 404 for address in addresses
    }

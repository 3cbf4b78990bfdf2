"""In a container, where no visitor is on the service's own machine, the first connection takes a link in the log."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

import logs
from advice import command
from db.engine.connection import connected
from db.people.invitations import make_invitation
from tests.doors.programs import SECRET_KEY, start
from tests.web import seed
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.pages.test_connect import NOT_YOURS
from tests.web.reading import words
from tests.web.test_application import EVERYWHERE, free_port
from tests.web.visitors.test_sign_in import is_signed_in
from web.visitors.first_connect_links import MOST, links_to_connect

ADDRESS = "http://127.0.0.1:8000"
LINK = re.compile(r"Connect (\w+) to Spotify \(this link works once, within 30 minutes\): (\S+)")


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """A browser with a loopback address, as visitors may have when a container's port is forwarded."""
    seed.account(visibility="private")
    with spotify_browser("alice", "mallory", on_loopback=False) as browser:
        yield browser


def link_of(username: str = "alice") -> str:
    """Path and query of the link that a start of the program prints."""
    with connected():
        lines = links_to_connect(ADDRESS)
    links = {match[1]: match[2] for line in lines if (match := LINK.fullmatch(line))}
    parts = urlsplit(links[username])
    assert f"{parts.scheme}://{parts.netloc}" == ADDRESS
    return f"{parts.path}?{parts.query}"


def refusal(client: TestClient, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.json()["detail"] if answer.status_code != 302 else ""


def test_reaching_the_port_is_not_enough_to_take_an_account(browser: Browser) -> None:
    without: dict[str, str] = {}
    for headers in (without, {"Host": "localhost"}, {"Host": "[::1]:8000"}, {"X-Forwarded-For": "127.0.0.1"}):
        browser.client.headers = headers
        assert "/connect?" not in browser.client.get("/").text
        answer = browser.client.get("/connect?username=alice")
        assert answer.status_code != 302 or not answer.headers["location"].startswith("https://accounts")
    browser.client.headers = {}
    assert refusal(browser.client, "/connect?username=alice") == (403, NOT_YOURS)


def test_the_link_in_the_log_connects_once_and_signs_in(browser: Browser) -> None:
    link, of_an_earlier_start = link_of(), link_of()
    done = browser.go(link, "alice")
    assert (done.status_code, done.headers["location"]) == (303, "/connect/done")
    assert is_signed_in(browser.client)
    browser.client.cookies = {}
    for again in (link, of_an_earlier_start):
        assert refusal(browser.client, again) == (403, NOT_YOURS)


def test_the_links_of_two_starts_work_until_one_is_used(browser: Browser) -> None:
    first, second = link_of(), link_of()
    callback = browser.callback(browser.client.get(second), "mallory")
    cookies = dict(browser.client.cookies)
    browser.client.cookies = {}
    assert browser.go(first, "alice").status_code == 303
    browser.client.cookies = cookies
    answer = browser.client.get(callback)
    assert (answer.status_code, answer.json()["detail"][:25]) == (403, "The invitation has been u")


def test_a_link_expires_after_half_an_hour(browser: Browser) -> None:
    link = link_of()
    seed.move_times("invitation", "expires_at", "-29 minutes")
    assert browser.client.get(link).status_code == 302
    seed.move_times("invitation", "expires_at", "-1 minute")
    assert refusal(browser.client, link) == (403, NOT_YOURS)


def test_a_start_does_not_replace_an_invitation(browser: Browser) -> None:
    with connected():
        invitation = make_invitation(1).text
    link_of()
    assert browser.client.get("/connect", params={"username": "alice", "invitation": invitation}).status_code == 302


def test_starts_leave_no_old_links_behind(browser: Browser) -> None:
    for _ in range(3):
        link_of()
        seed.change("UPDATE invitation SET expires_at = now()")
    link_of()
    assert seed.number("SELECT count(*) FROM invitation") == 1


def test_links_are_limited_in_number_and_for_never_connected_accounts_only(browser: Browser) -> None:
    seed.account("bob", spotify_account_id="of-bob")
    for number in range(MOST):
        seed.account(f"listener{number}")
    with connected():
        *links, last = links_to_connect(ADDRESS)
    assert [match[1] for line in links if (match := LINK.fullmatch(line))] == [
        "alice", *(f"listener{number}" for number in range(MOST - 1)),
    ]  # fmt: skip
    assert last == f"1 more are not connected: `{command('cli.py', 'users invite USERNAME')}` prints a link."


def test_the_start_page_refers_to_the_log_and_names_nobody(browser: Browser) -> None:
    page = words(browser.client.get("/").text)
    assert "Connecting for the first time? Open the link in this service's log." in page.replace("\u2019", "'")
    assert "alice" not in page
    assert browser.go(link_of(), "alice").status_code == 303
    browser.client.cookies = {}
    assert "Connecting for the first time?" not in browser.client.get("/").text


@pytest.mark.parametrize(
    ("environment", "end"),
    [
        ({"HOST": EVERYWHERE}, LINK),
        ({"HOST": EVERYWHERE, "CLIENT_ID": ""}, re.compile("CLIENT_ID is not set: connecting needs a Spotify app.*")),
        ({"HOST": EVERYWHERE, "SECRET_KEY": ""}, re.compile("SECRET_KEY is not set: .*")),
        ({"HOST": "127.0.0.1"}, re.compile("Serving on http://127.0.0.1:.*")),
    ],
)
def test_the_program_prints_links_last_if_others_can_reach_it(
    database_url: str, environment: dict[str, str], end: re.Pattern[str]
) -> None:
    env = {"DATABASE_URL": database_url, "CLIENT_ID": "an-app", "SECRET_KEY": SECRET_KEY, "USERNAMES": "alice"}
    child = start("application.py", env={"PORT": free_port(), **env, **environment})
    assert child.stdout is not None
    printed: list[str] = []
    while not end.fullmatch(line := logs.without_time(child.stdout.readline())):
        assert line, printed
        printed.append(line)
    child.terminate()
    rest = child.communicate(timeout=120)[0]
    assert not [line for line in (*printed, *map(logs.without_time, rest.splitlines())) if line.startswith("Connect")]

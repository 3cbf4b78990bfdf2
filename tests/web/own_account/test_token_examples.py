"""The examples on the page of a new token work as they are."""

import html
import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

import yaml
from httpx2 import Response
from jinja2.sandbox import SandboxedEnvironment
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.reading import read
from web.http.services import Services

ENDPOINTS = ("songs_per", "time_per", "different_artists_per")


def made(browser: TestClient, **form: str) -> dict[str, str]:
    """Create a token; returns its examples by program."""
    answer = browser.post("/account/tokens", data={"name": "phone", "days": "30", **form})
    assert answer.status_code == 200, answer.text
    examples = re.findall(r'<pre [^>]*aria-label="Example for ([^"]+)">(.*?)</pre>', answer.text, re.DOTALL)
    return {program: html.unescape(text) for program, text in examples}


def ask(address: str, headers: Mapping[str, str]) -> Response:
    """Send a request as a program does, without cookies."""
    with service_client(Services(VERSION, lambda: NOW)) as program:
        return program.get(address, headers=dict(headers))


def test_the_command_for_a_terminal_works(browser: TestClient) -> None:
    for form in ({"read": "on"}, {"read": "on", "question:clock": "on"}):
        curl, _, header, address = shlex.split(made(browser, **form)["curl"])
        assert curl == "curl"
        assert ask(address, dict([header.split(": ", 1)])).status_code == 200


def test_the_sensors_of_home_assistant_show_todays_plays(browser: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-11-20 09:00Z", ms_played=180_000)
    (rest,) = yaml.safe_load(made(browser, read="on")["Home Assistant"])["rest"]
    answer = ask(rest["resource"], rest["headers"]).json()
    values = [value(sensor["value_template"], answer) for sensor in rest["sensor"]]
    assert values == ["1", "3.0"]


def test_the_page_says_where_players_submit_what_they_play(browser: TestClient) -> None:
    text = read(browser, "/account/tokens")
    assert "enter http://127.0.0.1 as its ListenBrainz server, or http://127.0.0.1/2.0/ as its Last.fm" in text


def value(template: str, answer: dict[str, Any]) -> str:
    return SandboxedEnvironment(autoescape=True).from_string(template).render(value_json=answer)


def test_the_widget_of_homepage_shows_this_week(browser: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-11-17 09:00Z", ms_played=180_000)
    ((service,),) = yaml.safe_load(made(browser, read="on")["Homepage"])[0].values()
    (widget,) = (entry["widget"] for entry in service.values())
    answer = ask(widget["url"], widget["headers"]).json()
    values = {mapping["label"]: at(mapping["field"], answer) for mapping in widget["mappings"]}
    assert values == {"Plays": 1, "Listened": 180_000, "Artists": 1}


def at(field: Mapping[str, str], answer: Mapping[str, Any]) -> object:
    """The member of the answer that Homepage takes for a field."""
    ((outer, inner),) = field.items()
    return answer[outer][inner]


def test_the_built_in_widget_of_homepage_reads_its_sums(browser: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-11-17 09:00Z", ms_played=180_000)
    ((service,),) = yaml.safe_load(made(browser, widget="on")["Homepage"])[0].values()
    (widget,) = (entry["widget"] for entry in service.values())
    assert widget["type"] == "yourspotify"
    query = "?start=2026-11-13T12:00:00.000Z&timeSplit=all"  # which Homepage puts in front of the key
    sums = [ask(f"{widget['url']}/spotify/{name}{query}&token={widget['key']}", {}).json() for name in ENDPOINTS]
    assert [sums[0][0]["count"], sums[1][0]["count"], len(sums[2][0]["artists"])] == [1, 180_000, 1]


def test_the_example_for_mcp_works(browser: TestClient, alice: int) -> None:
    (server,) = json.loads(made(browser, read="on")["MCP"])["mcpServers"].values()
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with service_client(Services(VERSION, lambda: NOW)) as program:
        answer = program.post(server["url"], headers=server["headers"], json=ping)
    assert answer.json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_a_token_for_widgets_can_do_nothing_else(browser: TestClient) -> None:
    answer = browser.post("/account/tokens", data={"name": "phone", "days": "30", "read": "on", "widget": "on"})
    assert "A token with the scope widget can have no other and no statistics" in answer.text
    made(browser, widget="on")
    text = read(browser, "/account/tokens")
    assert "Read a few totals in a widget that sends the token in the address (nothing else)" in text


def test_a_token_that_may_not_read_totals_gets_no_example_with_them(browser: TestClient) -> None:
    assert set(made(browser, read="on", **{"question:clock": "on"})) == {"curl", "MCP"}
    assert made(browser, submit="on") == {}
    assert made(browser, read="on", **{"question:track": "on"}) == {}

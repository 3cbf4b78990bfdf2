"""contrib/homepage/services.yaml works as in Homepage 1.12, whose own code was tried by hand."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.contrib.files import at, filled, parsed, path_of
from tests.web.visitors.visiting import token_of

WIDGETS = {name: settings["widget"] for each in parsed("homepage/services.yaml")[0]["Music"]
           for name, settings in each.items()}  # fmt: skip
ENDPOINTS = ("songs_per", "time_per", "different_artists_per")


def answered(client: TestClient, alice: int, name: str) -> Any:
    widget = WIDGETS[name]
    headers = filled(widget["headers"], READ_TOKEN=token_of(alice))
    answer = client.get(path_of(widget["url"]), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_built_in_widget_shows_three_sums(client: TestClient, alice: int) -> None:
    widget = WIDGETS["Listening"]
    assert (widget["type"], widget["key"]) == ("yourspotify", "WIDGET_TOKEN")
    query = "?start=2026-11-13T12%3A00%3A00.000Z&timeSplit=all&token=" + token_of(alice, "widget")
    songs, time, artists = (
        client.get(f"{path_of(widget['url']).removesuffix('?')}/spotify/{each}{query}").json() for each in ENDPOINTS
    )
    assert (songs[0]["count"], time[0]["count"], len(artists[0]["artists"])) == (1, 200_000, 1)


def test_the_fields_of_today_are_shown(client: TestClient, alice: int) -> None:
    answer = answered(client, alice, "Today")
    values = {mapping["label"]: at(mapping["field"], answer) for mapping in WIDGETS["Today"]["mappings"]}
    assert values == {"Plays": 1, "Listened": 180_000, "Artists": 1}


def test_the_list_of_the_week_has_names_and_plays(client: TestClient, alice: int) -> None:
    mappings = WIDGETS["This week"]["mappings"]
    rows = at(mappings["items"], answered(client, alice, "This week"))
    assert [(at(mappings["name"], row), at(mappings["label"], row)) for row in rows] == [("Paper Boats", 2)]


@pytest.mark.parametrize(("name", "question"), [("Today", "totals"), ("This week", "top-tracks")])
def test_a_token_for_one_statistic_is_enough(client: TestClient, alice: int, name: str, question: str) -> None:
    widget = WIDGETS[name]
    headers = filled(widget["headers"], READ_TOKEN=token_of(alice, questions=[question]))
    assert client.get(path_of(widget["url"]), headers=headers).status_code == 200

"""The templates of contrib/home-assistant/insight.yaml render the answers as Home Assistant does."""

import json
from typing import Any

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.contrib.files import filled, parsed, path_of
from tests.web.visitors.visiting import token_of

TEMPLATES = ImmutableSandboxedEnvironment(autoescape=True)
RESOURCES = parsed("home-assistant/insight.yaml")["rest"]


def variables(text: str) -> dict[str, Any]:
    """The variables of a template: the text, and its JSON unless it is empty."""
    return {"value": text, **({"value_json": json.loads(text)} if text else {})}


def states(client: TestClient, alice: int) -> dict[str, str | None]:
    """The states of all sensors; None for one that is unavailable."""
    collected = {}
    for resource in RESOURCES:
        headers = filled(resource["headers"], **{"{insight_authorization}": f"Bearer {token_of(alice)}"})
        answer = client.get(path_of(resource["resource"]), headers=headers)
        assert answer.status_code in {200, 204}
        for sensor in resource["sensor"]:
            collected[sensor["name"]] = state(sensor, variables(answer.text))
    return collected


def state(sensor: dict[str, str], values: dict[str, Any]) -> str | None:
    if "availability" in sensor and rendered(sensor["availability"], values) != "True":
        return None
    return rendered(sensor["value_template"], values)


def rendered(template: str, values: dict[str, Any]) -> str:
    return TEMPLATES.from_string(template).render(values)


def test_the_sensors_show_what_was_played(client: TestClient, alice: int) -> None:
    assert states(client, alice) == {
        "Plays today": "1",
        "Listened today": "3.0",
        "Artist of the week": "The Lanterns",
        "Now playing": None,
    }


def test_the_sensors_show_nothing_if_nothing_was_played(client: TestClient) -> None:
    assert states(client, seed.account(visibility="private"))["Artist of the week"] == "none"


def test_a_sensor_names_what_plays(client: TestClient, alice: int) -> None:
    playing = {"track_metadata": {"track_name": "Paper Boats", "artist_name": "The Lanterns"}}
    body = {"listen_type": "playing_now", "payload": [playing]}
    submit = {"Authorization": f"Token {token_of(alice, 'submit')}"}
    assert client.post("/1/submit-listens", headers=submit, json=body).status_code == 200
    assert states(client, alice)["Now playing"] == "The Lanterns: Paper Boats"


@pytest.mark.parametrize("sensor", [sensor for resource in RESOURCES for sensor in resource["sensor"]])
def test_every_sensor_has_a_unique_id(sensor: dict[str, str]) -> None:
    ids = [each["unique_id"] for resource in RESOURCES for each in resource["sensor"]]
    assert ids.count(sensor["unique_id"]) == 1

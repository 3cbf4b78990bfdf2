"""Every address in contrib/glance/insight.yml answers with the members that its template names."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.contrib.files import at, filled, parsed, path_of
from tests.web.visitors.visiting import token_of

WIDGETS = parsed("glance/insight.yml")
OF_ROOT = re.compile(r"\.JSON\.(Int|String) \"([\w.]+)\"")
LIST = re.compile(r"range \.JSON\.Array \"([\w.]+)\" \}\}(.*?)\{\{ end", re.DOTALL)
OF_ROW = re.compile(r"\{ \.(Int|String) \"([\w.]+)\"")
KINDS = {"Int": int, "String": str}


def answered(client: TestClient, alice: int, widget: dict[str, Any]) -> Any:
    headers = filled(widget["headers"], **{"${INSIGHT_TOKEN}": token_of(alice)})
    answer = client.get(path_of(widget["url"]), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def members(template: str, answer: Any) -> list[tuple[str, Any]]:
    """The (kind, value) of each member that a template shows."""
    whole = [(kind, at(path, answer)) for kind, path in OF_ROOT.findall(template)]
    rows = [(at(path, answer), inner) for path, inner in LIST.findall(template)]
    return whole + [
        (kind, at(path, row)) for each, inner in rows for row in each for kind, path in OF_ROW.findall(inner)
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, [("Int", 2), ("Int", 380_000), ("Int", 1)]), (1, [("String", "Paper Boats"), ("Int", 2)])],
)
def test_a_widget_shows_members_of_the_answer(
    client: TestClient, alice: int, number: int, expected: list[tuple[str, Any]]
) -> None:
    widget = WIDGETS[number]
    assert widget["type"] == "custom-api"
    values = members(widget["template"], answered(client, alice, widget))
    assert values == expected
    assert all(isinstance(value, KINDS[kind]) for kind, value in values)


def test_every_widget_is_tested() -> None:
    assert len(WIDGETS) == 2

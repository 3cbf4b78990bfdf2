"""The tools of MCP have short definitions, and results equal to those of the API."""

import json
from typing import Any

import pytest
from mcp import Client
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.contract import resolved, validate
from tests.web.mcp.clients import MODES, called, calling, refused, text, used
from tests.web.visitors.visiting import with_token
from web.mcp.definitions import answer_schema
from web.mcp.tools import BY_NAME, TOOLS

MOST_BYTES = 8192  # of all definitions: they are in every conversation
NEEDED: dict[str, dict[str, object]] = {
    "top": {"kind": "tracks"},
    "compare": {"other": "dora"},
    "recommendations": {"date": "2026-11-20"},
}
ALICE = ("accounts", "activity", "compare", "discoveries", "forgotten", "gaps", "history", "item", "recap",
         "recommendations", "top", "totals")  # fmt: skip


@pytest.fixture
def alice(client: TestClient) -> dict[str, str]:
    """The headers of Alice's program; her account is private and has two plays of one song."""
    account_id, boats = seed.account(visibility="private"), seed.known_track()
    seed.play(account_id, boats, "2026-11-19 10:00Z", ms_played=200_000)
    seed.play(account_id, boats, "2026-11-18 10:00Z", ms_played=100_000)
    seed.run(account_id, "2026-11-20")
    seed.account("dora")
    return with_token(account_id)


async def definitions(client: Client) -> list[dict[str, Any]]:
    listed = await client.list_tools()
    return [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in listed.tools]


def test_all_definitions_together_are_short(client: TestClient, alice: dict[str, str]) -> None:
    tools = used(client, alice, definitions)
    assert sorted(tool["name"] for tool in tools) == list(ALICE)
    assert len(json.dumps(tools, separators=(",", ":")).encode()) < MOST_BYTES


def test_every_definition_has_the_schemas_and_says_that_the_tool_only_reads(
    client: TestClient, alice: dict[str, str]
) -> None:
    for tool in used(client, alice, definitions):
        assert tool["annotations"] == {"readOnlyHint": True}
        assert set(tool["inputSchema"]["properties"]) >= set(tool["inputSchema"].get("required", ()))
        assert tool["outputSchema"]["properties"]
    top = next(tool for tool in used(client, alice, definitions) if tool["name"] == "top")
    assert top["inputSchema"]["properties"]["by"] == {"enum": ["plays", "time"]}
    assert top["inputSchema"]["required"] == ["kind"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ALICE)
def test_every_tool_answers_as_the_api_document_says(
    client: TestClient, alice: dict[str, str], name: str, mode: str
) -> None:
    needed = {"kind": "track", "id": "1"} if name == "item" else NEEDED.get(name, {})
    if name == "item":
        needed["id"] = str(seed.number("SELECT min(id) FROM track"))
    result = used(client, alice, calling(name, **needed), mode)
    assert not result.is_error, result.content[0].text
    tool = BY_NAME[name]
    if tool.wraps:
        assert [each["username"] for each in result.structured_content[tool.wraps]] == ["alice", "dora"]
        return
    path = tool.path.replace("{kind}", str(needed.get("kind", "")))
    validate(resolved(answer_schema(path)), result.structured_content)
    assert json.loads(result.content[0].text) == result.structured_content


def test_results_equal_those_of_the_api(client: TestClient, alice: dict[str, str]) -> None:
    result = called(client, alice, "totals", period="2026-11")
    assert result.structured_content == client.get("/totals/alice?period=2026-11", headers=alice).json()
    assert result.structured_content["totals"]["plays"] == 2


def test_a_history_is_read_page_by_page(client: TestClient, alice: dict[str, str]) -> None:
    first = called(client, alice, "history", limit=1, q="boats").structured_content
    cursor = first["next"].partition("cursor=")[2]
    second = called(client, alice, "history", limit=1, q="boats", cursor=cursor).structured_content
    assert [play["played_at"] for play in (*first["plays"], *second["plays"])] == [
        "2026-11-19T10:00:00.000Z",
        "2026-11-18T10:00:00.000Z",
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        (
            "totals",
            {"period": "yesteryear"},
            "`period` must be today, week, month, year, all, 2025 (a year), 2025-06 (a month), 2025-W42 (a week) or "
            "2025-06-01.",
        ),
        (
            "totals",
            {"username": "bob"},
            "There is no account 'bob' that you may read; /users lists those that you may.",
        ),
        ("totals", {"username": "../users"}, "`username` must be a name or an id: 1 to 64 letters, digits, '.', '_' "
         "and '-'."),
        ("totals", {"format": "csv"}, "There is no argument `format`; totals takes username, period, from, to, artist, "
         "album, track, genre, decade."),
        ("totals", {"period": ["2025"]}, "`period` must be a text of at most 200 characters, or a whole number."),
        ("top", {}, "`kind` is missing: top needs it."),
        ("top", {"kind": "songs"}, "`kind` must be one of tracks, artists, albums, genres."),
        ("top", {"kind": "tracks", "limit": 5000}, "`limit` must be a whole number from 1 to 1000."),
        ("item", {"kind": "track"}, "`id` is missing: item needs it."),
    ],
)  # fmt: skip
def test_a_wrong_call_is_answered_with_what_is_wrong(
    client: TestClient, alice: dict[str, str], tool: str, arguments: dict[str, object], sentence: str
) -> None:
    result = called(client, alice, tool, **arguments)
    assert (result.is_error, result.content[0].text) == (True, sentence)


def test_an_unknown_tool_is_named(client: TestClient, alice: dict[str, str]) -> None:
    sentence = refused(client, alice, lambda mcp: mcp.call_tool("delete", {}))
    assert sentence == f"There is no tool 'delete': use {', '.join(BY_NAME)}."


def test_a_former_username_still_finds_the_account(client: TestClient, alice: dict[str, str]) -> None:
    seed.insert("former_username", account_id=seed.number("SELECT id FROM account WHERE username = 'alice'"),
                username="alicia", until="2027-01-01")  # fmt: skip
    assert called(client, alice, "totals", username="alicia").structured_content["username"] == "alice"


def test_recaps_are_resources(client: TestClient, alice: dict[str, str]) -> None:
    async def read(mcp: Client) -> tuple[list[str], list[str], str]:
        listed, templates = await mcp.list_resources(), await mcp.list_resource_templates()
        recap = await mcp.read_resource("insight://recap/2026")
        uris = [resource.uri for resource in listed.resources]
        return uris, [each.uri_template for each in templates.resource_templates], text(recap.contents[0])

    uris, templates, recap = used(client, alice, read)
    assert uris == ["insight://recap/year", "insight://recap/month", "insight://recap/all"]
    assert templates == ["insight://recap/{period}"]
    assert json.loads(recap)["totals"]["plays"] == 2


def test_an_unknown_resource_is_refused_with_a_sentence(client: TestClient, alice: dict[str, str]) -> None:
    assert refused(client, alice, lambda mcp: mcp.read_resource("insight://recap/x")).startswith("`period` must be")
    assert refused(client, alice, lambda mcp: mcp.read_resource("insight://x")) == (
        "There is no resource 'insight://x': use insight://recap/ and a period, such as 2025."
    )


def test_every_tool_is_tested() -> None:
    assert sorted(tool.name for tool in TOOLS) == list(ALICE)

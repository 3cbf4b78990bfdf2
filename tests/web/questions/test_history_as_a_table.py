"""/history/<username> as CSV and NDJSON has all plays of a period, however many there are."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.engine.records import records
from insights.shown import plays
from tests.web import seed
from tests.web.conftest import Counting
from tests.web.contract import DOCUMENT
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http import rate_limits

HEADER = (
    "played_at,ms_played,source,track.name,track.uri,track.url,track.duration_ms,track.artists,track.album.name,"
    "track.album.image_url,context_uri"
)


@pytest.fixture
def alice(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> int:
    """Insert eight plays, two of which ended together; answers read them in batches of three."""
    monkeypatch.setattr(plays, "BATCH", 3)
    alice, boats = seed.account(), seed.known_track()
    formula = seed.track(uri="spotify:track:" + "x" * 22, name="=1+1", artist_name='A, "B"\n“C”')
    for minute, track in ((1, boats), (2, boats), (2, formula), (3, boats), (4, boats), (5, formula), (6, boats)):
        seed.play(alice, track, f"2025-03-01 12:0{minute}Z")
    seed.play(alice, boats, "2024-03-01 12:00Z", ms_played=None, context_uri="spotify:album:1")
    return alice


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_play_is_a_line_that_a_spreadsheet_opens(client: TestClient, alice: int) -> None:
    answer = client.get("/history/alice?format=csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8; header=present")
    assert answer.headers["content-disposition"] == 'attachment; filename="history-alice-all.csv"'
    assert answer.text.startswith(f"\ufeff{HEADER}\r\n2025-03-01T12:06:00.000Z,200000,extended,Paper Boats,")
    lines = table(answer.text)
    in_json = client.get("/history/alice").json()["plays"]
    assert [line["played_at"] for line in lines] == [play["played_at"] for play in in_json]
    assert (lines[1]["track.name"], lines[1]["track.artists"]) == ("'=1+1", 'A, "B"\n“C”')  # text, not a formula
    assert (lines[-1]["ms_played"], lines[-1]["context_uri"]) == ("", "spotify:album:1")


def test_lines_of_json_are_the_plays_that_pages_show(client: TestClient, alice: int) -> None:
    answer = client.get("/history/alice?period=2025", headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"] == 'attachment; filename="history-alice-2025.ndjson"'
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == client.get("/history/alice?period=2025").json()["plays"]
    assert len(lines) == 7


@pytest.mark.parametrize(("form", "nothing"), [("csv", f"\ufeff{HEADER}\r\n"), ("ndjson", "")])
def test_without_plays_the_table_is_empty(client: TestClient, alice: int, form: str, nothing: str) -> None:
    answer = client.get(f"/history/alice?period=2020&format={form}")
    assert (answer.status_code, answer.text) == (200, nothing)


@pytest.mark.parametrize("query", ["limit=3", "cursor=AAAA", "completeness=true"])
def test_parameters_for_pages_are_refused(client: TestClient, alice: int, query: str) -> None:
    answer = client.get(f"/history/alice?format=csv&{query}")
    name = query.partition("=")[0]
    detail = f"`{name}` is for JSON only: CSV and NDJSON contain the whole period."
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_an_unchanged_table_is_not_sent_again(client: TestClient, alice: int, queries: Counting) -> None:
    tag = client.get("/history/alice?format=csv").headers["etag"]
    for value in (tag, "*"):
        with queries() as sent:
            answer = client.get("/history/alice?format=csv", headers={"If-None-Match": value})
        assert (answer.status_code, answer.content) == (304, b"")
        assert not any("counted_play" in statement for statement in sent)
    seed.change("UPDATE account_version SET data_version = data_version + 1 WHERE account_id = %s", alice)
    assert client.get("/history/alice?format=csv", headers={"If-None-Match": tag}).status_code == 200


def test_head_reads_no_plays(client: TestClient, alice: int, queries: Counting) -> None:
    with queries() as sent:
        head = client.head("/history/alice?format=csv")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert not any("counted_play" in statement for statement in sent)


def test_a_batch_takes_three_queries_at_most(client: TestClient, alice: int, queries: Counting) -> None:
    """They read who may read, the plays, and the tracks that no earlier batch had."""
    with queries() as sent:
        client.get("/history/alice?format=ndjson")
    of_plays = [number for number, statement in enumerate(sent) if "counted_play" in statement]
    first, second, third = of_plays  # the last batch has only two plays and so ends the table
    assert [second - first, third - second, len(sent) - third] == [3, 2, 2]


def test_a_private_account_is_downloaded_by_its_listener_a_token_or_a_link(client: TestClient, alice: int) -> None:
    seed.change("UPDATE account SET visibility = 'private' WHERE id = %s", alice)
    address = "/history/alice?format=ndjson"
    assert client.get(address).status_code == 404
    assert len(client.get(f"{address}&share={shared(alice)}").text.splitlines()) == 8
    assert len(client.get(address, headers=with_token(alice)).text.splitlines()) == 8
    client.cookies = signed_in(alice)
    assert len(client.get(address).text.splitlines()) == 8


@pytest.mark.parametrize(
    "ended",
    ["UPDATE account SET visibility = 'private' WHERE id = %s", "UPDATE account SET disabled_at = now() WHERE id = %s"],
)
def test_a_download_ends_when_the_visitor_may_no_longer_read(
    client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    def one_batch(*statement: Any) -> list[Any]:
        batch = records(*statement)
        seed.change(ended, alice)
        return batch

    monkeypatch.setattr(plays, "records", one_batch)
    with client.stream("GET", "/history/alice?format=ndjson") as answer:
        assert len(list(answer.iter_lines())) == 3
    assert client.get("/history/alice?format=ndjson").status_code == 404


def test_downloads_are_rate_limited(client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "A_MINUTE", {"question": 2})
    downloads = [client.get("/history/alice?format=csv") for _ in range(3)]
    assert [answer.status_code for answer in downloads] == [200, 200, 429]
    described = DOCUMENT["paths"]["/history/{username}"]["get"]["responses"]["200"]["headers"]
    assert {"RateLimit", "RateLimit-Policy"} <= set(described)
    assert "ratelimit" in downloads[0].headers
    page = client.get("/history/alice")
    assert (page.status_code, "ratelimit" in page.headers) == (200, False)

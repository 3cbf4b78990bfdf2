"""Submit plays as players for ListenBrainz do."""

from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from tests.web import seed
from tests.web.visitors.visiting import with_token

SUBMIT = "/1/submit-listens"
BEGAN = 1_795_170_000  # 2026-11-20, 10:20 UTC
INVALID = {"code": 401, "error": "Invalid, expired or revoked token."}


def token_of(account_id: int, *scopes: str) -> dict[str, str]:
    """The header that ListenBrainz clients send."""
    return {"Authorization": with_token(account_id, *scopes)["Authorization"].replace("Bearer", "Token")}


def player(username: str = "alice") -> dict[str, str]:
    """The headers of a new private account's player, with a token that may submit and read."""
    return token_of(seed.account(username, visibility="private"), "submit", "read")


def listen(began: int | None = BEGAN, title: str = "Paper Boats", **info: object) -> dict[str, Any]:
    """A listen that began at `began`, in seconds since 1970; None for one that is playing now."""
    track = {"artist_name": "The Lanterns", "track_name": title, "release_name": "Harbour", "additional_info": info}
    return {"track_metadata": track} | ({} if began is None else {"listened_at": began})


def submit(
    client: TestClient, headers: dict[str, str], *listens: dict[str, Any], listen_type: str = "import"
) -> Response:
    return client.post(SUBMIT, headers=headers, json={"listen_type": listen_type, "payload": list(listens)})


def error(answer: Response) -> tuple[int, object]:
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def played() -> list[tuple[str, str, str, str | None]]:
    """(source, title, artist, album) of every report of music, the oldest first."""
    with connected():
        return rows(
            "SELECT source, own.name, own.artist_name, album.name FROM play "
            "JOIN account_track own USING (account_id, track_id) LEFT JOIN album ON album.id = own.album_id "
            "ORDER BY started_at, source"
        )

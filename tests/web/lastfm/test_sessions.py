"""auth.getMobileSession and auth.getSession take a token as the password and return it as the session key."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.lastfm.scrobbling import PATH, PLAYED, call, failed, key, key_of

WRONG = "The username and the password do not match: the password is a token of this account, with the scope `submit`."
NOT_VALID = "Invalid, expired or revoked token: the session key is a token with the scope `submit`."
NO_SCOPE = "This token may not submit plays: it needs the scope `submit`."


@pytest.mark.parametrize("username", ["alice", "Alice"])
def test_a_token_is_password_and_session_key(client: TestClient, username: str) -> None:
    token = key()
    answer = call(client, "auth.getMobileSession", username=username, password=token, api_key="x", api_sig="x")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {"session": {"name": "alice", "key": token, "subscriber": "0"}}
    assert call(client, "track.scrobble", sk=answer.json()["session"]["key"], **PLAYED).status_code == 200


def test_a_token_becomes_the_session_key(client: TestClient) -> None:
    token = key()
    answer = client.post(PATH, data={"method": "auth.getSession", "token": token})
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<lfm status="ok">\n'
        f"<session><name>alice</name><key>{token}</key><subscriber>0</subscriber></session>\n</lfm>\n"
    )


@pytest.mark.parametrize("path", [PATH, "/2.0"])
def test_a_session_can_also_be_requested_by_get(client: TestClient, path: str) -> None:
    token = key()
    fields = {"method": "auth.getSession", "format": "json", "token": token, "api_key": "x", "api_sig": "x"}
    answer = client.get(path, params=fields)
    assert answer.json() == {"session": {"name": "alice", "key": token, "subscriber": "0"}}


def test_a_token_of_another_account_is_refused(client: TestClient) -> None:
    seed.account("bob")
    answer = call(client, "auth.getMobileSession", username="bob", password=key())
    assert failed(answer) == (403, 4, WRONG)
    assert failed(call(client, "auth.getMobileSession", username="nobody", password=key("carol"))) == (403, 4, WRONG)


@pytest.mark.parametrize("token", ["", "secret", "insight_1_forged", f"insight_1_{'x' * 43}"])
def test_an_invalid_token_is_refused(client: TestClient, token: str) -> None:
    seed.account()
    assert failed(call(client, "auth.getMobileSession", username="alice", password=token)) == (403, 4, WRONG)
    assert failed(call(client, "auth.getSession", token=token)) == (403, 4, NOT_VALID)
    assert failed(call(client, "track.scrobble", sk=token, **PLAYED)) == (403, 9, NOT_VALID)
    assert failed(call(client, "track.updateNowPlaying", sk=token, **PLAYED)) == (403, 9, NOT_VALID)


def test_a_token_without_the_scope_is_refused(client: TestClient) -> None:
    token = key_of(seed.account(), "read")
    assert failed(call(client, "auth.getSession", token=token)) == (403, 4, NO_SCOPE)
    assert failed(call(client, "track.scrobble", sk=token, **PLAYED)) == (403, 9, NO_SCOPE)


def test_a_token_of_a_disabled_account_is_refused(client: TestClient) -> None:
    token = key()
    seed.change("UPDATE account SET disabled_at = now()")
    assert failed(call(client, "track.scrobble", sk=token, **PLAYED)) == (403, 9, NOT_VALID)


def test_a_digest_of_the_password_is_refused_with_an_alternative(client: TestClient) -> None:
    seed.account()
    status, code, sentence = failed(call(client, "auth.getMobileSession", username="alice", authToken="0" * 32))
    assert (status, code) == (403, 4)
    assert sentence.endswith("Or use the token as the session key.")


def test_invalid_tokens_are_rate_limited(client: TestClient) -> None:
    seed.account()
    answers = [call(client, "track.scrobble", sk="x", **PLAYED) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [403] * 30 + [429]
    assert failed(answers[-1])[1] == 29


def test_the_use_of_a_token_is_recorded(client: TestClient) -> None:
    call(client, "auth.getSession", token=key())
    assert seed.number("SELECT count(*) FROM api_token WHERE last_used_at IS NOT NULL") == 1

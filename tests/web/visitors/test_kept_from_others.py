"""Some data of a public account is for its listener only: no address shows it to others, as JSON or as a page."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected
from people.accounts import account_named
from people.exclusions import add_exclusion
from tests.web import seed
from tests.web.api.administering import ROOT
from tests.web.listed import item, kept, playlist, reading, song, uri
from tests.web.reading import BROWSER
from tests.web.visitors.test_access_table import PLAYLIST, QUESTIONS, Visit, account_id, ask, client, people, served
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.openapi.question_names import questions as asked_by_tokens

__all__ = ["client"]
SECRET = "s" * 22
# A private playlist and a song that only it has, who added a song, an excluded artist, the address of a webhook, why
# the consent ended, and the listener's id at Spotify.
KEPT = ("Basement", "Whispered", "eavesdropper", "Unheard Of", "hooks.example", "wandered off", "alice-1")
OTHERS: Mapping[str, Callable[[], Visit]] = {
    "nobody": Visit,
    "stranger": lambda: Visit(cookies=signed_in(account_id("bob")), own="bob"),
    "stranger's token": lambda: Visit(with_token(account_id("bob"))),
    "link": lambda: Visit(share=shared(account_id("alice"))),
    "link with totals only": lambda: Visit(share=shared(account_id("alice"), redacted=True)),
    "link for a period": lambda: Visit(share=shared(account_id("alice"), period="2026")),
    "token for every statistic": lambda: Visit(with_token(account_id("alice"), questions=sorted(asked_by_tokens()))),
    "token: submit": lambda: Visit(with_token(account_id("alice"), "submit")),
}

STRANGERS: Mapping[str, Callable[[], Visit]] = {
    **{name: visit for name, visit in OTHERS.items() if name in {"nobody", "stranger"}},
    "administrator": lambda: Visit(cookies=signed_in(account_id(ROOT)), own=ROOT),
    "administrator's token": lambda: Visit(with_token(account_id(ROOT), "administer"), own=ROOT),
}


@pytest.fixture
def alice(client: TestClient) -> int:
    """Alice, whose account is public and has data of every kind that others must not see."""
    people()
    alice = account_id("alice")
    seed.change("UPDATE account SET visibility = 'public' WHERE id = %s", alice)
    seed.change("UPDATE account SET reconnect_reason = 'You wandered off.' WHERE id = %s", alice)
    seed.change("UPDATE webhook SET address = 'https://hooks.example/token'")
    reading(alice)
    playlist(alice, "Basement", SECRET, is_public=False)
    tide = song(alice, uri("l"), "Low Tide", playable=False, isrc="DEA121700001")
    item(alice, 0, tide, PLAYLIST, added_by="eavesdropper")
    item(alice, 0, song(alice, uri("w"), "Whispered", isrc="DEA121700001"), SECRET)
    kept(alice, "artist", "a" * 22, name="Unheard Of", names_key="unheard of")
    seed.plays(alice, seed.track_by("Unheard Of"), ["2026-11-19 11:00Z", "2026-11-19 12:00Z"], ms_played=200_000)
    shanty = seed.track(uri=uri("z"), name="Sea Shanty", artist_name="The Lanterns", fetched_at="2026-01-01Z")
    seed.plays(alice, shanty, ["2026-11-20 11:00Z"], ms_played=200_000)
    with connected():
        add_exclusion(account_named("alice"), "artist", "Unheard Of")
    return alice


def shown_to(client: TestClient, visit: Visit, words: Sequence[str]) -> list[tuple[str, str]]:
    """(address, word) for each of the words that an address shows to the visitor."""
    leaks = list[tuple[str, str]]()
    for path in addresses():
        is_page = ("GET", path) in QUESTIONS
        for accept in ("application/json", BROWSER["Accept"]) if is_page else ("application/json",):
            text = ask(client, "GET", path, Visit({**visit.headers, "Accept": accept}, visit.cookies, visit.share)).text
            leaks += [(path, word) for word in words if word in text]
    return leaks


def addresses() -> list[str]:
    return sorted(path for method, path in served() if method == "GET" and "{number}" not in path)


@pytest.mark.parametrize("visitor", OTHERS)
def test_private_data_is_shown_to_nobody_else(client: TestClient, alice: int, visitor: str) -> None:
    assert shown_to(client, OTHERS[visitor](), KEPT) == []


@pytest.mark.parametrize("visitor", STRANGERS)
def test_strangers_see_nothing_of_a_private_account(client: TestClient, alice: int, visitor: str) -> None:
    """Administrators see its state, but nothing of its listening."""
    seed.change("UPDATE account SET visibility = 'private' WHERE id = %s", alice)
    words = [word for word in (*KEPT, "Sea Shanty") if word != "wandered off"]
    assert shown_to(client, STRANGERS[visitor](), words) == []


def test_private_data_is_shown_to_the_listener(client: TestClient, alice: int) -> None:
    visit = Visit(cookies=signed_in(alice))
    text = "".join(
        ask(client, "GET", path, Visit({"Accept": accept}, visit.cookies)).text
        for path in ("/playlists/{username}", "/playlist/{id}/{username}", "/account/exclusions", "/account/webhooks")
        for accept in ("application/json", BROWSER["Accept"])
    )
    assert [word for word in ("Basement", "eavesdropper", "Unheard Of", "hooks.example") if word not in text] == []

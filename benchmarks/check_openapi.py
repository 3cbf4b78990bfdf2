"""Check the simulated Spotify's answers and our client's requests against Spotify's OpenAPI document.

    python -m benchmarks.check_openapi PATH_TO_SPEC

Prints a line for every exchange; exit status 1 if one violates the document. The tests do not need the file.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from demo.catalogue import make_catalogue
from demo.fake_spotify import FakeSpotify, Visible
from demo.fake_wire import Answer, Request, refusal
from spotify import playlists
from spotify.client import SpotifyClient
from spotify.errors import SpotifyError
from spotify.http import Http
from spotify.oauth import SCOPES, Accounts, App, new_consent, read_callback

# Fields that Spotify removed for apps in Development Mode in February 2026, but that the document still requires.
REMOVED = {"product", "email", "country", "followers", "explicit_content", "popularity", "genres", "available_markets"}
# For an empty page, Spotify sends null if the document does not allow null.
NULL_WHEN_EMPTY = ("next: None", "cursors: None")
Spec = dict[str, Any]


QUOTA = refusal(429, "Too many requests", reason="QUOTA_EXCEEDED")


class NoQuota:
    def blocked_until(self, endpoint_group: str) -> None: ...
    def block(self, endpoint_group: str, until: datetime, reason: str) -> None: ...
    def check_budget(self, endpoint_group: str) -> None: ...
    def count(self, endpoint_group: str) -> None: ...


def exchanges() -> list[tuple[Request, Answer]]:
    """Every kind of request that our client sends, and the simulated answers."""
    catalogue, now = make_catalogue(artists=20), datetime.now(UTC)
    fake, kept = FakeSpotify(catalogue, lambda: now), list[tuple[Request, Answer]]()

    def handle(request: httpx.Request) -> httpx.Response:
        answer = fake.answer(request.method, str(request.url), dict(request.headers), request.content)
        kept.append((fake.requests[-1], answer))
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    tracks = list(catalogue.tracks.values())
    plays = [Visible(now - timedelta(minutes=n), track, now, "spotify:album:x") for n, track in enumerate(tracks[:60])]
    fake.add_listener("alice", plays)
    app = App(fake.client_id, fake.client_secret, fake.redirect_uris[0])
    http = Http(httpx.MockTransport(handle))
    accounts, consent = Accounts(app, http, lambda: now), new_consent(app, (*SCOPES, *playlists.SCOPES))
    code = read_callback(fake.consent(consent.url, "alice"), consent.state)
    token = accounts.exchange(code, consent.verifier).access_token
    client = SpotifyClient(http, lambda: token, NoQuota(), app.api_url, lambda: now)
    client.me()
    client.recently_played()
    client.track(str(tracks[0].uri)[-22:], "DE")
    client.artist(str(tracks[0].artists[0].spotify_id))
    client.search(f"isrc:{tracks[0].isrc}")
    _write_playlist(client, [str(track.uri) for track in tracks[:100]])
    fake.listeners["alice"].plays = lambda _: []
    client.recently_played()
    for refused in (refusal(401, "Missing/invalid/expired access token"), QUOTA, refusal(403, "Forbidden")):
        fake.refuse(refused, "/v1/me")
        with suppress(SpotifyError):
            client.me()
    return kept


def _write_playlist(client: SpotifyClient, uris: list[str]) -> None:
    playlist_id = playlists.create_playlist(client, "Today", "being made")
    playlists.find_playlist(client, "Today", "being made")
    playlists.is_kept(client, playlist_id)
    playlists.replace_items(client, playlist_id, uris)
    playlists.describe(client, playlist_id, "made")


def operation(spec: Spec, request: Request) -> tuple[str, Spec] | None:
    path = urlsplit(request.url).path.removeprefix("/v1").split("/")
    for template, methods in spec["paths"].items():
        parts = template.split("/")
        same = len(parts) == len(path) and all(a == b or a.startswith("{") for a, b in zip(parts, path, strict=True))
        if same and request.method.lower() in methods:
            return template, methods[request.method.lower()]
    return None


class Document:
    """Looks things up in Spotify's document."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.registry = Registry().with_resource("spec:", Resource.from_contents(spec, default_specification=DRAFT4))

    def resolve(self, node: Spec) -> Spec:
        while "$ref" in node:
            node = self.registry.resolver("spec:").lookup(node["$ref"]).contents
        return node

    def breaches(self, schema: Spec, value: object) -> Iterator[str]:
        """Where a value violates a schema, after making the document's own references absolute."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"spec:#/'))
        for error in OAS30Validator(absolute, registry=self.registry).iter_errors(value):
            yield f"{'/'.join(map(str, error.absolute_path)) or '(whole)'}: {error.message}"


def request_breaches(document: Document, spec: Spec, request: Request) -> Iterator[str]:
    declared = {p["name"]: p for p in map(document.resolve, spec.get("parameters", [])) if p["in"] == "query"}
    sent = dict(parse_qsl(urlsplit(request.url).query))
    yield from (f"parameter {name!r} is not in the document" for name in sent if name not in declared)
    yield from (f"{name!r} is required" for name, p in declared.items() if p.get("required") and name not in sent)
    for name, text in sent.items():
        schema = document.resolve(declared.get(name, {}).get("schema", {}))
        value: object = int(text) if schema.get("type") == "integer" and text.isdigit() else text
        value = text.split(",") if schema.get("type") == "array" else value
        yield from (f"{name}: {breach}" for breach in document.breaches(schema, value))
    if not request.headers.get("authorization", "").startswith("Bearer "):
        yield "without a bearer token"


def answer_breaches(document: Document, spec: Spec, answer: Answer) -> Iterator[str]:
    response = document.resolve(spec["responses"].get(str(answer.status), {}))
    if not response:
        yield f"the document has no answer {answer.status} here"
        return
    if "content" not in response:
        yield from ["the document has no body here"] if answer.body else ()
        return
    schema = response["content"]["application/json"]["schema"]
    yield from document.breaches(schema, json.loads(answer.body))


def excuse(breach: str) -> str | None:
    """Why the document is known to be outdated here, or None."""
    if any(f"'{name}' is a required" in breach for name in REMOVED):
        return "removed in Development Mode"
    return "null on an empty page" if breach.startswith(NULL_WHEN_EMPTY) else None


def main(path: str) -> int:
    document = Document(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    broken = 0
    for request, answer in exchanges():
        spec = operation(document.spec, request)
        if spec is None:
            print(f"     {request.method} {request.path}: not in the document (sign-in)")
            continue
        template, described = spec
        breaches = [*request_breaches(document, described, request), *answer_breaches(document, described, answer)]
        folded = dict.fromkeys(re.sub(r"/[0-9]+/", "/*/", breach) for breach in breaches)
        excuses = {breach: excuse(breach) for breach in folded}
        worse = [breach for breach in folded if not excuses[breach]]
        broken += len(worse)
        print(f"{'BAD ' if worse else 'ok  '} {request.method} {template} → {answer.status}")
        for breach, why in excuses.items():
            print(f"       {why or 'BREACH'}: {breach}")
    print(f"{broken} breaches")
    return 1 if broken else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

"""A browser that goes to the simulated Spotify and comes back, as a listener who is signed in there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from httpx2 import Response
from starlette.testclient import TestClient

from collect.first_collection import FirstCollection
from connect.connecting import Connecting
from tests.fake import REDIRECT_URI, World, world
from tests.web import seed
from tests.web.conftest import VERSION, service_client
from web.http.consent_flow import Consent
from web.http.services import Services


@dataclass
class Browser:
    client: TestClient
    world: World

    def callback(self, begun: Response, listener: str) -> str:
        """The path to which Spotify sends the browser when `listener` agrees."""
        return self.world.fake.consent(begun.headers["location"], listener).removeprefix("http://127.0.0.1:8000")

    def go(self, path: str, listener: str) -> Response:
        """Ask for a path that leads to Spotify, agree there, and come back."""
        return self.client.get(self.callback(self.client.get(path), listener))

    def sign_in(self, listener: str) -> str:
        """Sign in as the listener; returns the secret of the new session."""
        assert self.go("/sign-in/spotify", listener).status_code == 303
        return self.client.cookies["session"]

    def forget_limits(self) -> None:
        """Forget what counts towards rate limits, as if a minute had passed."""
        seed.forget_attempts(self.client.app)


@contextmanager
def spotify_browser(*listeners: str, on_loopback: bool = True) -> Iterator[Browser]:
    """A browser for `listeners` whom Spotify knows; the service collects at once for those who connect."""
    ours = world()
    for listener in listeners:
        ours.fake.add_listener(listener)
    consent = Consent(Connecting(ours.spotify.apps, ours.spotify.http, ours.clock), ours.spotify.cipher, REDIRECT_URI)
    services = Services(
        VERSION, ours.clock, consent, first_collection=FirstCollection(ours.spotify), on_loopback=on_loopback
    )
    with service_client(services) as client:
        yield Browser(client, ours)

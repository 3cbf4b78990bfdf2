"""The ways to tell people something: webhooks, ntfy and whatever else Apprise knows an address of."""

import logging
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context

import apprise

WEB = "http://", "https://"
SECONDS = 60.0  # that a notice may take
MEMORY = 768 * 1024**2  # bytes, as the system counts what a process has asked for
ASSET = apprise.AppriseAsset(app_id="Insight for Spotify", image_url_mask="", image_url_logo="")
# Its lines hold addresses, and in addresses are secrets.
logging.getLogger("apprise").disabled = True


class WrongAddress(Exception):
    """An address that nothing can be sent to. The sentence says which it is without showing it: it can be a secret."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`number` is its place among the addresses, `digest` what it is known by in the database."""

    number: int
    digest: str
    address: str = field(repr=False)

    def send(self, title: str, body: str, seconds: float = SECONDS) -> bool:
        """Whether it was taken within `seconds`.

        Apprise reads answers of any size for as long as they last: so it works in a process of its own, which ends.
        """
        process = get_context("spawn").Process(target=_send, args=(self.address, title, body), daemon=True)
        process.start()
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode == 0


def channels(addresses: Sequence[str]) -> list[Channel]:
    """Raises WrongAddress."""
    return [_channel(number, address) for number, address in enumerate(addresses, 1)]


def _channel(number: int, address: str) -> Channel:
    known = next((each for each in _as_apprise_says(address) if apprise.Apprise(asset=ASSET).add(each)), None)
    if known is None:
        raise WrongAddress(
            f"NOTIFY_URLS: nothing can be sent to its address number {number}. It takes webhooks (https://…) and the "
            "addresses of Apprise, such as ntfy://ntfy.sh/TOPIC, separated by commas."
        )
    return Channel(number, sha256(address.encode()).hexdigest()[:16], known)


def _as_apprise_says(address: str) -> list[str]:
    """A web address that Apprise knows no service of is somebody's webhook: it gets JSON."""
    return [address, address.replace("http", "json", 1)] if address.startswith(WEB) else [address]


def _send(address: str, title: str, body: str) -> None:
    """What the process of a notice does; its exit status is 0 where the notice was taken."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(Exception):  # whatever goes wrong, an error could show the address
        sender = apprise.Apprise(asset=ASSET)
        sender.add(address)
        sys.exit(0 if sender.notify(body=body, title=title) else 1)
    sys.exit(1)

"""The ways to tell people something: webhooks, ntfy and whatever else Apprise knows an address of."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import apprise

WEB = "http://", "https://"
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
    sender: apprise.Apprise = field(repr=False)

    def send(self, title: str, body: str) -> bool:
        """Whether it was taken; waits for some seconds at most."""
        return bool(self.sender.notify(body=body, title=title))


def channels(addresses: Sequence[str]) -> list[Channel]:
    """Raises WrongAddress."""
    return [_channel(number, address) for number, address in enumerate(addresses, 1)]


def _channel(number: int, address: str) -> Channel:
    sender = apprise.Apprise(asset=ASSET)
    # A web address that Apprise knows no service of is somebody's webhook: it gets JSON.
    if not sender.add(address) and not (address.startswith(WEB) and sender.add(address.replace("http", "json", 1))):
        raise WrongAddress(
            f"NOTIFY_URLS: nothing can be sent to its address number {number}. It takes webhooks (https://…) and the "
            "addresses of Apprise, such as ntfy://ntfy.sh/TOPIC, separated by commas."
        )
    return Channel(number, sha256(address.encode()).hexdigest()[:16], sender)

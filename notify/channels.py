"""Notification channels: webhooks, ntfy, and every other service that Apprise supports."""

import logging
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from multiprocessing import get_context
from typing import Any

WEB = "http://", "https://"
SECONDS = 60.0  # the longest that sending a notice may take
MEMORY = 768 * 1024**2  # bytes of address space
# Its log lines contain addresses, which contain secrets.
logging.getLogger("apprise").disabled = True


def _apprise() -> Any:
    """Apprise is imported with the first address, because that takes a tenth of the start of a program."""
    return import_module("apprise")


def _sender() -> Any:
    asset = _apprise().AppriseAsset(app_id="Insight for Spotify", image_url_mask="", image_url_logo="")
    return _apprise().Apprise(asset=asset)


class WrongAddress(Exception):
    """An address that is no channel. The message gives its position, not the address, which may be a secret."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`number` is its position in NOTIFY_URLS; `digest` identifies it in the database."""

    number: int
    digest: str
    address: str = field(repr=False)

    def send(self, title: str, body: str, seconds: float = SECONDS) -> bool:
        """Return whether the channel accepted it within `seconds`.

        Apprise limits neither the size nor the duration of an answer, so it runs in a process that is killed in time.
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
    supported = next((each for each in _spellings(address) if _sender().add(each)), None)
    if supported is None:
        raise WrongAddress(
            f"Address number {number} in NOTIFY_URLS is neither a webhook (https://…) nor an Apprise URL such as "
            "ntfy://ntfy.sh/TOPIC. Separate several with commas."
        )
    return Channel(number, sha256(address.encode()).hexdigest()[:16], supported)


def _spellings(address: str) -> list[str]:
    """A web address that is no service of Apprise's is a webhook, which gets JSON."""
    return [address, address.replace("http", "json", 1)] if address.startswith(WEB) else [address]


def _send(address: str, title: str, body: str) -> None:
    """Run in a separate process, whose exit status is 0 if the channel accepted the notice."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(Exception):  # because any error could show the address
        sender = _sender()
        sender.add(address)
        sys.exit(0 if sender.notify(body=body, title=title) else 1)
    sys.exit(1)

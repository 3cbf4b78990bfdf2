"""Errors of Spotify, classified by what to do about them.

    SpotifyError
    ├── TryLater            temporary: network trouble, 5xx, rate limits
    │   ├── Blocked         until a known time: a long Retry-After, or the quota of a group of endpoints
    │   └── Unexplained     refused without a reason, usually temporary: a person is needed only if it lasts
    ├── Reconnect           the listener must consent again: the grant has ended or was revoked
    │   └── TooLittle       the grant is valid, but does not cover this call
    ├── NotAvailable        this app may not: endpoint absent, owner without Premium, listener not on its allowlist
    │   └── NotFound        Spotify has nothing with this id
    └── OurMistake          a mistake in this program or its settings: trying again does not help

Every message is for an operator and says what to do. None contains a token or a secret.
"""

from datetime import UTC, datetime


class SpotifyError(Exception):
    """Spotify refused or failed to answer."""


class TryLater(SpotifyError):
    """A temporary failure; `until` is when to try again, if that is known.

    `cause` is the message without what the next run does about it, for somebody who is waiting at a page.
    """

    def __init__(self, message: str, until: datetime | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.until, self.cause = until, cause or message.rstrip(".")


class Blocked(TryLater):
    """A group of endpoints may not be called before `until`; other groups may."""

    until: datetime

    def __init__(self, endpoint_group: str, until: datetime, reason: str) -> None:
        super().__init__(
            f"Spotify accepts no more calls for {endpoint_group} until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC "
            f"({reason}); it continues by itself then.",
            until,
            f"Spotify accepts no more calls for {endpoint_group} now ({reason})",
        )
        self.endpoint_group, self.reason = endpoint_group, reason


class Unexplained(TryLater):
    """Spotify refuses an endpoint that every app may use, and does not say why."""


class Reconnect(SpotifyError):
    """Only the listener can fix it, by consenting again. Never retried (Spotify: refreshing-tokens, 2026-06)."""


class TooLittle(Reconnect):
    """The consent does not cover this call. Its tokens stay valid for other calls."""


class NotAvailable(SpotifyError):
    """This app may not use this endpoint."""


class NotFound(NotAvailable):
    """Spotify has nothing with this id."""


class OurMistake(SpotifyError):
    """A mistake in this program or its settings; trying again does not help."""

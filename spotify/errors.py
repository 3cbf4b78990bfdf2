"""What can go wrong with Spotify, by what is to be done about it.

    SpotifyError
    ├── TryLater            it passes by itself: network trouble, 5xx, rate limits
    │   ├── Blocked         Spotify has said until when: a long Retry-After, or the quota of a group of endpoints
    │   └── Unexplained     refused without a reason, as happens in passing: a person is needed only if it lasts
    ├── Reconnect           the listener must consent again: the grant has ended or was revoked
    │   └── TooLittle       the grant goes on, but does not cover what was asked for
    ├── NotAvailable        this app may not: endpoint absent, owner without Premium, listener not on its allowlist
    │   └── NotFound        Spotify has nothing under this id
    └── OurMistake          we or the settings are wrong: no use in trying again

Every sentence is for an operator and says what to do. None holds a token or a secret.
"""

from datetime import UTC, datetime


class SpotifyError(Exception):
    """Anything that Spotify refuses or fails to answer."""


class TryLater(SpotifyError):
    """It passes by itself; `until` says when to try again, where that is known.

    `cause` is the sentence without what programs that run again do about it, for people who wait in front of one.
    """

    def __init__(self, message: str, until: datetime | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.until, self.cause = until, cause or message.rstrip(".")


class Blocked(TryLater):
    """A group of endpoints may not be called before `until`; other groups may."""

    until: datetime

    def __init__(self, endpoint_group: str, until: datetime, reason: str) -> None:
        super().__init__(
            f"Spotify takes no more calls for {endpoint_group} until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC "
            f"({reason}); it goes on by itself then.",
            until,
            f"Spotify takes no more calls for {endpoint_group} now ({reason})",
        )
        self.endpoint_group, self.reason = endpoint_group, reason


class Unexplained(TryLater):
    """Spotify refuses what every app has, and does not say why."""


class Reconnect(SpotifyError):
    """Only the listener can mend it, by consenting again. Never retried (Spotify: refreshing-tokens, 2026-06)."""


class TooLittle(Reconnect):
    """Consent was given, but not for this: its tokens go on, and what it does not cover is refused for ever."""


class NotAvailable(SpotifyError):
    """This app may not have what was asked for."""


class NotFound(NotAvailable):
    """Spotify has nothing under this id."""


class OurMistake(SpotifyError):
    """A setting or this program is wrong; trying again changes nothing."""

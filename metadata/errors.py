"""Errors of other services, classified by what to do about them.

Every message is for an operator. None contains a key, or a URL that may contain one.
"""

from datetime import datetime


class ServiceError(Exception):
    """A service refused or failed to answer; `service` is its name, as in SERVICES."""

    def __init__(self, service: str, message: str) -> None:
        super().__init__(message)
        self.service = service


class ServiceDown(ServiceError):
    """A temporary failure; `until` is when to try again, if the service said so."""

    def __init__(self, service: str, message: str, until: datetime | None = None) -> None:
        super().__init__(service, message)
        self.until = until


class ServiceRefused(ServiceError):
    """A wrong key, or a mistake in this program: it needs a person, and trying again does not help."""

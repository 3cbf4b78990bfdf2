"""What can go wrong with another service, by what is to be done about it.

Every sentence is for an operator. None holds a key, or an address that may hold one.
"""

from datetime import datetime


class ServiceError(Exception):
    """What a service refuses or fails to answer; `service` is its name, as in SERVICES."""

    def __init__(self, service: str, message: str) -> None:
        super().__init__(message)
        self.service = service


class ServiceDown(ServiceError):
    """It passes by itself; `until` says when to try again, where the service told."""

    def __init__(self, service: str, message: str, until: datetime | None = None) -> None:
        super().__init__(service, message)
        self.until = until


class ServiceRefused(ServiceError):
    """A key or this program is wrong: a person has to look at it, and trying again changes nothing."""

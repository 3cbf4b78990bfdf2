"""What the listeners of this instance who agreed to it play, without saying who: empty below five of them."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class House:
    """The plays of others before `until`."""

    until: datetime = datetime.min.replace(tzinfo=UTC)


EMPTY = House()

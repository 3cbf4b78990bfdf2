"""The content of a list, before it is stored, and the input from which it is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from db.lists.recommendations import BaselineItem, Item
from db.people.preferences import preference
from people.accounts import Account
from recommend.gathering import context_for
from recommend.listening.context import Context
from recommend.listening.other_listeners import EMPTY, House
from recommend.listening.stored_other_listeners import house_before


@dataclass(frozen=True, slots=True)
class Content:
    """See `db.lists.recommendations.Run`, which stores it."""

    engine: int
    items: Sequence[Item]
    status: str = "ok"
    seed: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    providers: Mapping[str, object] = field(default_factory=dict)
    baseline: Sequence[BaselineItem] = ()


@dataclass
class Houses:
    """The plays of listeners who agreed to share, read once for each cut-off of a run."""

    _before: dict[datetime, House] = field(default_factory=dict)

    def before(self, as_of: datetime) -> House:
        if as_of not in self._before:
            self._before = {as_of: house_before(as_of)}  # keeps only one, which is large; accounts come zone by zone
        return self._before[as_of]


@dataclass
class Input:
    """What the lists of one account are made from; lists of the same date share it."""

    account: Account
    houses: Houses = field(default_factory=Houses)
    _of_day: dict[tuple[date, datetime], Context] = field(default_factory=dict)

    def context(self, day: date, as_of: datetime) -> Context:
        if (day, as_of) not in self._of_day:
            # Only listeners who share their own plays benefit from the plays of others.
            house = self.houses.before(as_of) if preference(self.account.id).house else EMPTY
            self._of_day = {(day, as_of): context_for(self.account, day, as_of, house)}
        return self._of_day[day, as_of]


Make = Callable[[Input, date, datetime], Content]

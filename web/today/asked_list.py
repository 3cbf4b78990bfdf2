"""The list that /today is asked for: whose, which one, of which day, and what else its reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from db.lists.recommendations import ListName
from people.accounts import Account
from web.http.services import services
from web.lists.list_request import Moment
from web.visitors.credentials import SHARE
from web.visitors.visitor import visitor


@dataclass(frozen=True, slots=True)
class Asked:
    """The list asked for. `may_respond`: the reader is the listener in person, who gets buttons for feedback."""

    request: Request
    account: Account
    moment: Moment
    day: date
    list_name: ListName = "daily"

    @property
    def may_respond(self) -> bool:
        return visitor(self.request).is_owner(self.account)

    @property
    def is_daily(self) -> bool:
        return self.list_name == "daily"

    @property
    def is_today(self) -> bool:
        """Whether it is the daily list of this day."""
        return self.is_daily and self.day == self.moment.listening_day

    def may_ask(self, question: str) -> bool:
        return visitor(self.request).may_read(self.account, question)

    def address_of(self, name: ListName, **query: object) -> str:
        """The address of the page of a list, by default of its newest date."""
        return self.address("today", **({} if name == "daily" else {"list": name}), **query)

    def address_of_list(self, day: date) -> str:
        """The address of this list of another date."""
        return self.address_of(self.list_name, date=day)

    @property
    def feed(self) -> str:
        of_list = {} if self.is_daily else {"list": self.list_name}
        return self._with_query(f"/today/{self.account.username}/feed.atom", of_list)

    def address(self, path: str, **query: object) -> str:
        return self._with_query(f"/{path}/{self.account.username}", query)

    def _with_query(self, path: str, query: Mapping[str, object]) -> str:
        """The address, with the secret of the link that the reader followed, if any."""
        shared = self.request.query_params.get(SHARE)
        values = urlencode({**query, **({SHARE: shared} if shared else {})})
        address = f"{services(self.request).base_path}{path}"
        return f"{address}?{values}" if values else address

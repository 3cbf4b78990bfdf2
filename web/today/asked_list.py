"""The list that a reader of /today looks at: whose, of which day, and what else that reader may see."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from people.accounts import Account
from web.http.services import services
from web.lists.list_request import Moment
from web.visitors.credentials import SHARE
from web.visitors.visitor import visitor


@dataclass(frozen=True, slots=True)
class Asked:
    """`may_respond`: the listener in person; a program has no use for buttons."""

    request: Request
    account: Account
    moment: Moment
    day: date

    @property
    def may_respond(self) -> bool:
        return visitor(self.request).is_owner(self.account)

    @property
    def is_today(self) -> bool:
        return self.day == self.moment.listening_day

    def may_ask(self, question: str) -> bool:
        return visitor(self.request).may_read(self.account, question)

    def address(self, path: str, **query: object) -> str:
        """With the secret of the link that the reader followed, if any."""
        shared = self.request.query_params.get(SHARE)
        values = urlencode({**query, **({SHARE: shared} if shared else {})})
        address = f"{services(self.request).base_path}/{path}/{self.account.username}"
        return f"{address}?{values}" if values else address

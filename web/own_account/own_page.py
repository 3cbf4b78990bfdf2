"""Pages of a listener's own account, for that listener, signed in, which show their forms again if these fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from db.people.accounts import AccountError
from people.accounts import Account
from web.handlers.forms import FormHandler
from web.handlers.params import parameters
from web.http.errors import Problem
from web.http.services import services
from web.languages.sentences import shown_error
from web.pages.frame import page
from web.pages.languages import _
from web.pages.notices import Notice
from web.pages.own import UNPROCESSABLE, own_account, to_sign_in

OwnHandler = Callable[[Request, Account, Mapping[str, object]], Response]
Values = Callable[[Request, Account], Mapping[str, object]]
ACCOUNT = "/account"


def tabs() -> dict[str, str]:
    """The names of the pages, by the ends of their addresses."""
    return {
        "": _("Overview"),
        "spotify": _("Spotify"),
        "privacy": _("Privacy"),
        "preferences": _("Preferences"),
        "tokens": _("Tokens"),
        "webhooks": _("Webhooks"),
        "exclusions": _("Exclusions"),
        "recordings": _("Versions"),
        "genres": _("Genres"),
        "export": _("Download"),
        "browsers": _("Browsers"),
        "delete": _("Delete"),
    }


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The page at /account/<name>; `values` are what its template shows, `takes` the parameters of its address."""

    name: str
    template: str
    values: Values
    takes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{ACCOUNT}/{self.name}".rstrip("/")

    def answer(self, request: Request) -> Response:
        """The page; everybody who is not signed in is redirected to the sign-in page."""
        parameters(request, *self.takes)
        own = own_account(request)
        return to_sign_in(request, self.path) if own is None else self.show(request, own)

    def show(self, request: Request, own: Account, *, refusal: str = "", **more: object) -> Response:
        """The page, with the error of the form just sent, or with `more` values."""
        notice = Notice(_("Nothing was changed."), refusal, "bad") if refusal else None
        values = {"account": own, "tabs": self._tabs(request), "made": None, **self.values(request, own), **more}
        status = UNPROCESSABLE if refusal else 200
        return page(request, f"account/{self.template}", values, status=status, notice=notice)

    def form(self, handle: OwnHandler) -> FormHandler:
        """A form's handler that gets the account of the signed-in listener; this page shows its errors."""

        def handler(request: Request, form: Mapping[str, object]) -> Response:
            parameters(request)
            own = own_account(request)
            if own is None:
                return to_sign_in(request)
            try:
                return handle(request, own, form)
            except (AccountError, Problem) as refusal:
                if isinstance(refusal, Problem) and refusal.status != UNPROCESSABLE:
                    raise
                return self.show(request, own, refusal=shown_error(refusal))

        return handler

    def _tabs(self, request: Request) -> list[tuple[str, str, bool]]:
        """The name and address of each page, and whether it is this one."""
        base = services(request).base_path + ACCOUNT
        return [(title, f"{base}/{name}".rstrip("/"), name == self.name) for name, title in tabs().items()]

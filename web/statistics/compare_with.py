"""/compare/<username>: choose with whom to compare an account."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from insights.answers.reading import reading
from web.handlers.other_accounts import other_accounts
from web.handlers.params import asked_account, parameters
from web.http.consent_redirect import NO_STORE
from web.http.services import services
from web.pages.frame import page
from web.pages.refusals import for_people


@for_people
def compare_with(request: Request) -> Response:
    """The choice; if there is only one other account, a redirect to the comparison."""
    parameters(request)
    with reading():
        account = asked_account(request)
        others = other_accounts(request, account, "compare")
    if len(others) == 1:
        address = f"{services(request).base_path}/compare/{account.username}/{others[0].username}"
        return RedirectResponse(address, 303, NO_STORE)
    return page(request, "statistics/compare_with.html", {"account": account, "others": others}, about=account)

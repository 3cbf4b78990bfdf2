"""/sign-in/pass: into a browser with a link that was made at the machine's terminal, where there is no Spotify app."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from db.people.passes import use_pass
from insights.answers.reading import reading
from web.handlers.params import parameters
from web.handlers.refusals_for_people import for_people
from web.http.answers import HTML
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.http.services import services
from web.http.templates import render
from web.pages.sign_in import HOME
from web.visitors.browser_session import begin
from web.visitors.csrf import csrf_token
from web.visitors.visitor import visitor

NOT_GOOD = "This link has been used or is too old: make another with `{signing_in}`."


@for_people
def pass_page(request: Request) -> Response:
    """A button, for whoever looks at a link before it is followed must not use it up."""
    known = services(request)
    given = parameters(request, "pass").get("pass", "")
    csrf = csrf_token(request) if visitor(request).session else ""
    page = render("sign_in_by_pass.html", secret=given, csrf=csrf, version=known.version, base_path=known.base_path)
    return Response(page, 200, NO_STORE, HTML)


def sign_in_by_pass(request: Request, form: Mapping[str, object]) -> Response:
    """Use it. Raises Problem 403, 429."""
    parameters(request)
    limited(request, "sign_in")
    with reading():
        used = use_pass(str(form.get("pass", "")))
    if used is None:
        raise Problem(403, NOT_GOOD.format(signing_in=public_command("cli.py", "sign-in USERNAME")))
    response = RedirectResponse(f"{services(request).base_path}{HOME}", 303, NO_STORE)
    begin(request, response, used.account_id, used.username)
    return response

"""POST /account/scan-mode, /account/collecting: how a listener's plays are collected, and whether they are."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.people.scan_modes import COLLECTING, SCAN_MODES
from insights.answers.reading import reading
from people.account_changes import Changes, change_account
from people.accounts import Account
from web.handlers.forms import fields
from web.http.services import services
from web.own_account.spotify import SPOTIFY
from web.pages.own import back, one_of
from web.visitors.actors import actor


@SPOTIFY.form
def change_scan_mode(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Change the mode from now on; the page says if Spotify's permission is needed first."""
    mode = one_of(fields(form, "mode"), "mode", SCAN_MODES)
    with reading():
        change_account(own, Changes(scan_mode=mode), services(request).now(), actor(request))
    return back(request, "scan-mode")


@SPOTIFY.form
def change_collecting(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Pause or resume collecting; the page of gaps shows the time between."""
    collecting = one_of(fields(form, "collecting"), "collecting", COLLECTING)
    with reading():
        change_account(own, Changes(collecting=collecting), services(request).now(), actor(request))
    return back(request, "collecting", f"collecting-{collecting}")

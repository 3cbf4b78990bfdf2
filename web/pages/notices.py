"""The notice on the page after a form, such as "Saved.", shown once after a redirect.

A cookie holds the name of the notice, never its text, so nobody can put words on our pages.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.http.services import services
from web.pages.languages import N_, _

COOKIE = "notice"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """`title` is one or two words; `kind` is "" for good news, otherwise "warn" or "bad"."""

    title: str
    text: str = ""
    kind: str = ""


NOTICES = {  # by the section of the account's pages that the form belongs to, or by what was done
    "connection": Notice(N_("Disconnected."), N_("Insight no longer collects from Spotify. Your plays stay.")),
    "scan-mode": Notice(N_("Saved."), N_("Your plays are collected this way from now on.")),
    "collecting-paused": Notice(N_("Paused."), N_("Insight collects nothing until you resume it.")),
    "collecting-on": Notice(N_("Resumed."), N_("Insight collects your plays again.")),
    "reading": Notice(N_("Saved."), N_("The new setting for who can see your listening is in effect.")),
    "time-zone": Notice(N_("Saved."), N_("Days and hours now follow this time zone.")),
    "language": Notice(N_("Saved."), N_("The pages now follow this setting.")),
    "recommendations": Notice(N_("Saved."), N_("Your next list follows these settings.")),
    "playlist": Notice(N_("Saved."), N_("Your playlist setting has changed.")),
    "library": Notice(N_("Saved."), N_("Your setting for playlists and the library has changed.")),
    "tokens": Notice(N_("Token revoked."), N_("Programs that use it can no longer sign in.")),
    "webhook-tested": Notice(
        N_("Test event queued."),
        N_("Insight sends it with the next deliveries. The log then shows whether it arrived."),
    ),
    "webhook-paused": Notice(N_("Paused."), N_("Insight sends this webhook no events until you resume it.")),
    "webhook-resumed": Notice(N_("Resumed."), N_("Insight sends this webhook new events again.")),
    "webhook-deleted": Notice(N_("Deleted."), N_("Insight sends this webhook no more events.")),
    "exclusion-added": Notice(N_("Saved."), N_("No page counts these plays any more. Undo it here at any time.")),
    "exclusion-removed": Notice(N_("Undone."), N_("The plays that only this rule hid count again.")),
    "recording-split": Notice(N_("Saved."), N_("The track counts by itself now.")),
    "recordings-joined": Notice(N_("Saved."), N_("The two count as one song now.")),
    "recording-choice-undone": Notice(N_("Undone."), N_("Insight decides again which tracks are the same song.")),
    "names-on": Notice(N_("Saved."), N_("Insight looks these names up from the next run on.")),
    "names-off": Notice(N_("Saved."), N_("Insight no longer sends these names, and has deleted the results.")),
    "artist-corrected": Notice(N_("Saved."), N_("The next lookups bring the genres and the country of this artist.")),
    "artist-correction-undone": Notice(N_("Undone."), N_("Lookups decide again which artist this is.")),
    "account-added": Notice(N_("Added."), N_("Invite the listener next.")),
    "account-renamed": Notice(N_("Renamed."), N_("The old name leads here for 90 days.")),
    "account-disabled": Notice(N_("Disabled."), N_("Access is blocked, and nothing is collected.")),
    "account-enabled": Notice(N_("Enabled."), N_("Everything is as before.")),
    "links": Notice(N_("Link revoked."), N_("Nobody can open it any more.")),
}


def leave_notice(request: Request, response: Response, name: str) -> None:
    """Leave a notice for the page that `response` leads to."""
    base_path = services(request).base_path or "/"
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, name, SECONDS, path=base_path, secure=secure, httponly=True, samesite="lax")


def remembered_notice(request: Request) -> Notice | None:
    notice = NOTICES.get(request.cookies.get(COOKIE, ""))
    return notice and Notice(_(notice.title), _(notice.text), notice.kind)


def forget_notice(request: Request, response: Response) -> None:
    """Delete the cookie, because the notice has been shown."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")

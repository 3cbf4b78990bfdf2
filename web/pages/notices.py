"""The notice on the page after a form, such as "Saved.", shown once after a redirect.

A cookie holds the name of the notice, never its text, so nobody can put words on our pages.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.http.services import services

COOKIE = "notice"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """`title` is one or two words; `kind` is "" for what went well, else "warn" or "bad"."""

    title: str
    text: str = ""
    kind: str = ""


NOTICES = {  # by the section of the account's pages that the form belongs to, or by what was done
    "connection": Notice("Disconnected.", "Insight no longer collects from Spotify. Your plays stay."),
    "reading": Notice("Saved.", "The new setting for who can see your listening is in effect."),
    "time-zone": Notice("Saved.", "Days and hours now follow this time zone."),
    "language": Notice("Saved.", "The pages now follow this setting."),
    "recommendations": Notice("Saved.", "Your next list follows these settings."),
    "playlist": Notice("Saved.", "Your playlist setting has changed."),
    "tokens": Notice("Token revoked.", "Programs that use it can no longer sign in."),
    "exclusion-added": Notice("Saved.", "No page counts these plays any more. Undo it here at any time."),
    "exclusion-removed": Notice("Undone.", "The plays that only this rule hid count again."),
    "recording-split": Notice("Saved.", "The track counts by itself now."),
    "recordings-joined": Notice("Saved.", "The two count as one song now."),
    "recording-choice-undone": Notice("Undone.", "Insight decides again which tracks are the same song."),
    "account-added": Notice("Added.", "Invite the listener next."),
    "account-renamed": Notice("Renamed.", "The old name leads here for 90 days."),
    "account-disabled": Notice("Disabled.", "Nobody gets in, and nothing is collected."),
    "account-enabled": Notice("Enabled.", "Everything is as before."),
    "links": Notice("Link revoked.", "Nobody can open it any more."),
}


def leave_notice(request: Request, response: Response, name: str) -> None:
    """For the page that `response` leads to."""
    base_path = services(request).base_path or "/"
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, name, SECONDS, path=base_path, secure=secure, httponly=True, samesite="lax")


def remembered_notice(request: Request) -> Notice | None:
    return NOTICES.get(request.cookies.get(COOKIE, ""))


def forget_notice(request: Request, response: Response) -> None:
    """It has been shown."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")

"""/account/exclusions: rules that hide plays from all statistics; add and undo them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.library.exclusion_rules import KINDS
from insights.answers.reading import reading
from insights.plays.exclusions import Exclusion, exclusions
from people.accounts import Account
from people.exclusions import add_exclusion, remove_exclusion
from recommend.listening.library_items import artists_of
from recommend.listening.no_music import no_music
from recommend.listening.stored_songs import listening_before
from web.handlers.forms import fields
from web.http.services import services
from web.own_account.no_music import no_music_because
from web.own_account.own_page import OwnPage
from web.pages.languages import _
from web.pages.own import MOST_ID, back, one_of, whole_number
from web.visitors.actors import actor


def kinds() -> dict[str, str]:
    """The kinds of rules, in words."""
    return {
        "artist": _("Artist"),
        "album": _("Album"),
        "track": _("Song"),
        "hours": _("Hours of the day"),
        "device": _("Device"),
        "incognito": _("Private sessions"),
    }


def _values(request: Request, own: Account) -> Mapping[str, object]:
    now = services(request).now()
    with reading():
        rules = exclusions(own.id)
        heard = listening_before(own.id, now, own.zones.at(now))
    other = no_music(artists_of(heard.songs, heard.faint)).values()
    shown = {"rules": rules, "kinds": kinds(), "matches": _matches, "zone": own.zones.at(now)}
    return shown | {"no_music": [(each.artist, no_music_because(each)) for each in other]}


def _matches(rule: Exclusion) -> str:
    """What the rule is about, by its name."""
    return rule.name or rule.value.replace("-", "\u2013" if rule.kind == "hours" else "-")


EXCLUSIONS = OwnPage("exclusions", "exclusions.html", _values)


@EXCLUSIONS.form
def add_own_exclusion(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Hide past and future plays that match."""
    sent = fields(form, "kind", "value")
    kind = one_of(sent, "kind", KINDS)
    with reading():
        add_exclusion(own, kind, sent.get("value", ""), actor(request))
    return back(request, "exclusions", "exclusion-added")


@EXCLUSIONS.form
def remove_own_exclusion(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Count the plays again that only this rule hides."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        remove_exclusion(own, number, actor(request))
    return back(request, "exclusions", "exclusion-removed")

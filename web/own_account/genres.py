"""/account/genres: how many plays have a genre, lookups of names from exports, and corrections of artists."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import Response

from db.enrichment.names import looks_up_names
from db.enrichment.progress import progress_of
from insights.answers.reading import reading
from insights.items.names import known_artists
from people.accounts import Account
from people.music_identities import (
    IdentityError,
    correct_identity,
    identities,
    numbered,
    turn_name_lookups_off,
    turn_name_lookups_on,
    undo_identity_correction,
)
from web.handlers.forms import fields
from web.handlers.params import parameters, whole_number
from web.http.services import services
from web.languages.sentences import Sentence
from web.languages.writing import percent
from web.own_account.own_page import OwnPage
from web.pages.languages import _
from web.pages.own import back, one_of
from web.visitors.actors import actor

ONE_OF_OURS = re.compile(r"\S*/artist/([0-9]{1,18})(?:/\S*)?", re.ASCII)  # the address of an artist's page here
ON, OFF = "on", "off"


def _values(request: Request, own: Account) -> Mapping[str, object]:
    number = whole_number(parameters(request, "artist"), "artist", 1, 10**9, 0) if request.method == "GET" else 0
    with reading():
        progress, is_on = progress_of(own.id), looks_up_names(own.id)
        artist = _artist(own, number) if number else None
    known = progress.with_genre / progress.plays if progress and progress.plays else None
    return {"known": None if known is None else percent(100 * known), "looks_up_names": is_on, "artist": artist}


def _artist(own: Account, number: int) -> Mapping[str, object] | None:
    """An artist's name, and their MusicBrainz ids with the evidence; None if the account has not played them."""
    try:
        known = [(each.mbid, sources().get(each.source, each.source)) for each in identities(own, numbered(number))]
    except IdentityError:
        return None
    name = known_artists(own.id, [number])[number].name
    return {
        "given": numbered(number),
        "name": name,
        "ids": known,
        "is_corrected": sources()["correction"] in dict(known).values(),
    }


def sources() -> Mapping[str, str]:
    """The words for the evidence of a MusicBrainz id."""
    return {
        "isrc": _("its songs\u2019 codes (ISRC)"),
        "names": _("its name, and those of its songs"),
        "correction": _("a correction"),
    }


GENRES = OwnPage("genres", "genres.html", _values, takes=("artist",))


@GENRES.form
def choose_names(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Allow or stop lookups of names that only the listener's exports reported."""
    wanted = one_of(fields(form, "names"), "names", (ON, OFF))
    with reading():
        if wanted == ON:
            turn_name_lookups_on(own, services(request).now(), actor(request))
        else:
            turn_name_lookups_off(own, actor(request))
    return back(request, "names", f"names-{wanted}")


@GENRES.form
def correct_own_artist(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Correct the MusicBrainz artist of an artist, which may be given by the address of its page here."""
    sent = fields(form, "artist", "mbid")
    with reading(), _translated():
        correct_identity(
            own, _named(sent.get("artist", "")), sent.get("mbid", ""), services(request).now(), actor(request)
        )
    return back(request, "artists", "artist-corrected")


@GENRES.form
def undo_own_correction(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Let lookups decide again."""
    with reading(), _translated():
        undo_identity_correction(own, _named(fields(form, "artist").get("artist", "")), actor(request))
    return back(request, "artists", "artist-correction-undone")


@contextmanager
def _translated() -> Iterator[None]:
    """Raise refusals within the block in the language of the page."""
    try:
        yield
    except IdentityError as error:
        raise IdentityError(Sentence(error.text, **error.values)) from error


def _named(text: str) -> str:
    ours = ONE_OF_OURS.fullmatch(text.strip())
    return numbered(ours[1]) if ours and "spotify" not in ours[0] else text

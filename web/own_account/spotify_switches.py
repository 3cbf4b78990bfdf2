"""POST /account/library and /account/playlist: turn on what needs another permission from Spotify, or off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from connect.playlists import PlaylistNotAllowed, turn_off, turn_on
from connect.spotify_library import LibraryNotAllowed, turn_library_off, turn_library_on
from insights.answers.reading import reading
from people.accounts import Account
from people.actors import Actor
from web.handlers.forms import fields
from web.languages.sentences import Sentence
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, invalid_field, one_of
from web.visitors.actors import actor

ON, OFF = "on", "off"
NEEDS_PERMISSION = Sentence("can be `on` only once Spotify has given permission: follow the link on this page")
Change = Callable[[Account, Actor], None]


@dataclass(frozen=True, slots=True)
class Switch:
    """`name` is its field in the form and its place on the page. Without permission, `turn_on` raises `not_allowed`."""

    name: str
    turn_on: Change
    turn_off: Change
    not_allowed: type[Exception]

    def change(self, request: Request, own: Account, form: Mapping[str, object]) -> Response:
        wanted = one_of(fields(form, self.name), self.name, (ON, OFF))
        change = self.turn_on if wanted == ON else self.turn_off
        try:
            with reading():
                change(own, actor(request))
        except self.not_allowed as error:
            raise invalid_field(self.name, NEEDS_PERMISSION) from error
        return back(request, self.name)


# Turning the library off deletes what was read; turning the playlist off leaves it as it is.
LIBRARY = Switch("library", turn_library_on, turn_library_off, LibraryNotAllowed)
PLAYLIST = Switch("playlist", turn_on, turn_off, PlaylistNotAllowed)
change_library, change_playlist = PREFERENCES.form(LIBRARY.change), PREFERENCES.form(PLAYLIST.change)

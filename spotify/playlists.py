"""One playlist of the listener's own: made, filled anew, described, and looked for.

Every call may raise each SpotifyError; NotFound where Spotify has no playlist of that id.
"""

from collections.abc import Sequence
from typing import Any

from spotify.client import SpotifyClient
from spotify.errors import OurMistake

# The second to see whether it is still there: Spotify takes what is written to a playlist that its listener has
# deleted, and says nothing (spotify/web-api issue 1234); and to find one whose id was lost.
SCOPES = ("playlist-modify-private", "playlist-read-private")
MOST_ITEMS = 100  # that one call takes (Spotify: reorder-or-replace-playlists-items, 2026-05)
PAGE, MOST_PAGES = 50, 20  # listeners can have 11,000 playlists; what was made lately stands first
GROUP, LIBRARY = "playlists", "library"  # the groups of endpoints that calls are counted in


def allows(scopes: str) -> bool:
    """Whether what was granted covers writing a playlist."""
    return set(SCOPES) <= set(scopes.split())


def create_playlist(client: SpotifyClient, name: str, description: str) -> str:
    """A private playlist with nothing in it; returns its id."""
    # Public unless told otherwise.
    body = {"name": name, "description": description, "public": False, "collaborative": False}
    found = client.ask("POST", GROUP, "/v1/me/playlists", body=body)
    playlist_id = found.get("id") if isinstance(found, dict) else None
    if not isinstance(playlist_id, str) or not playlist_id:
        raise OurMistake("Spotify made a playlist without saying which; report this.")
    return playlist_id


def replace_items(client: SpotifyClient, playlist_id: str, uris: Sequence[str]) -> None:
    """Put these URIs (1 to 100, of tracks) into it, in place of all that it holds."""
    if not 1 <= len(uris) <= MOST_ITEMS:
        raise OurMistake(f"A playlist is written with 1 to {MOST_ITEMS} tracks at once.")
    client.ask("PUT", GROUP, "/v1/playlists/{id}/items", body={"uris": list(uris)}, spotify_id=playlist_id)


def describe(client: SpotifyClient, playlist_id: str, description: str) -> None:
    """Change its description; its name stays what its listener may have made of it."""
    client.ask("PUT", GROUP, "/v1/playlists/{id}", body={"description": description}, spotify_id=playlist_id)


def is_kept(client: SpotifyClient, playlist_id: str) -> bool:
    """Whether it is among the listener's playlists: one that was deleted is not, and can be written all the same."""
    found = client.ask("GET", LIBRARY, "/v1/me/library/contains", query={"uris": f"spotify:playlist:{playlist_id}"})
    if not isinstance(found, list) or len(found) != 1:
        raise OurMistake("Spotify does not say whether a playlist is still there; report this.")
    return bool(found[0])


def find_playlist(client: SpotifyClient, name: str, description: str) -> str | None:
    """The id of the listener's playlist with exactly this name and description, None where there is none."""
    for page in range(MOST_PAGES):
        query = {"limit": PAGE, "offset": page * PAGE}
        found = client.ask("GET", GROUP, "/v1/me/playlists", query=query)
        if not isinstance(found, dict) or not isinstance(found.get("items"), list):
            raise OurMistake("Spotify's list of playlists is none; report this.")
        for playlist in found["items"]:
            if isinstance(playlist, dict) and _is_it(playlist, name, description):
                return str(playlist["id"])
        if not found.get("next"):
            break
    return None


def _is_it(playlist: dict[str, Any], name: str, description: str) -> bool:
    said = playlist.get("name"), playlist.get("description")
    return said == (name, description) and isinstance(playlist.get("id"), str)

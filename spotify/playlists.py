"""Create, replace, describe and find one of the listener's own playlists.

Every call may raise any SpotifyError; NotFound if Spotify has no playlist with that id.
"""

from collections.abc import Sequence
from typing import Any

from spotify.client import SpotifyClient
from spotify.errors import OurMistake

# The second one is needed to see whether the playlist still exists, because Spotify silently accepts writes to a
# playlist that its listener has deleted (spotify/web-api issue 1234), and to find one whose id was lost.
SCOPES = ("playlist-modify-private", "playlist-read-private")
MOST_ITEMS = 100  # in one call (Spotify: reorder-or-replace-playlists-items, 2026-05)
PAGE, MOST_PAGES = 50, 20  # listeners can have 11,000 playlists; the newest come first
GROUP, LIBRARY = "playlists", "library"  # groups of endpoints by which calls are counted


def allows(scopes: str) -> bool:
    """Whether the granted scopes allow writing a playlist."""
    return set(SCOPES) <= set(scopes.split())


def create_playlist(client: SpotifyClient, name: str, description: str) -> str:
    """Create an empty private playlist; returns its id."""
    # The default is public.
    body = {"name": name, "description": description, "public": False, "collaborative": False}
    playlist = client.ask("POST", GROUP, "/v1/me/playlists", body=body)
    playlist_id = playlist.get("id") if isinstance(playlist, dict) else None
    if not isinstance(playlist_id, str) or not playlist_id:
        raise OurMistake("Spotify created a playlist without naming its id; report this.")
    return playlist_id


def replace_items(client: SpotifyClient, playlist_id: str, uris: Sequence[str]) -> None:
    """Replace its content with these URIs of tracks (1 to 100)."""
    if not 1 <= len(uris) <= MOST_ITEMS:
        raise OurMistake(f"A playlist is written with 1 to {MOST_ITEMS} tracks at once.")
    client.ask("PUT", GROUP, "/v1/playlists/{id}/items", body={"uris": list(uris)}, spotify_id=playlist_id)


def describe(client: SpotifyClient, playlist_id: str, description: str) -> None:
    """Change its description, but not its name: the listener may have renamed it."""
    client.ask("PUT", GROUP, "/v1/playlists/{id}", body={"description": description}, spotify_id=playlist_id)


def is_kept(client: SpotifyClient, playlist_id: str) -> bool:
    """Whether it is among the listener's playlists. A deleted one is not, although it can still be written."""
    answer = client.ask("GET", LIBRARY, "/v1/me/library/contains", query={"uris": f"spotify:playlist:{playlist_id}"})
    if not isinstance(answer, list) or len(answer) != 1:
        raise OurMistake("Spotify does not say whether a playlist still exists; report this.")
    return bool(answer[0])


def find_playlist(client: SpotifyClient, name: str, description: str) -> str | None:
    """The id of the listener's playlist with exactly this name and description, or None."""
    for page in range(MOST_PAGES):
        query = {"limit": PAGE, "offset": page * PAGE}
        answer = client.ask("GET", GROUP, "/v1/me/playlists", query=query)
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            raise OurMistake("Spotify's answer is not a list of playlists; report this.")
        for playlist in answer["items"]:
            if isinstance(playlist, dict) and _is_it(playlist, name, description):
                return str(playlist["id"])
        if not answer.get("next"):
            break
    return None


def _is_it(playlist: dict[str, Any], name: str, description: str) -> bool:
    described_as = playlist.get("name"), playlist.get("description")
    return described_as == (name, description) and isinstance(playlist.get("id"), str)

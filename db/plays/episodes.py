"""Save podcast episodes and audiobook chapters, each once."""

from collections.abc import Iterable

from db.engine.connection import row
from music import Episode

# An earlier report, from Spotify or an export, may have had a name that this one lacks.
BY_URI = """
    INSERT INTO episode (kind, uri, name, show_name) VALUES (%s, %s, %s, %s)
    ON CONFLICT (uri) DO UPDATE SET name = coalesce(excluded.name, episode.name),
        show_name = coalesce(excluded.show_name, episode.show_name)
    RETURNING id
"""
BY_NAME = """
    INSERT INTO episode (kind, name, show_name) VALUES (%s, %s, %s)
    ON CONFLICT (show_name, name) WHERE uri IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""


def save_episodes(episodes: Iterable[Episode]) -> dict[Episode, int]:
    """Save episodes in the caller's transaction; returns their keys.

    Imports save episodes in the same order, so two programs never deadlock.
    """
    ordered = sorted(set(episodes), key=_sort_key)
    return {episode: _save(episode) for episode in ordered}


def _sort_key(episode: Episode) -> tuple[bool, str, str, str]:
    return episode.uri is None, episode.uri or "", episode.show or "", episode.name or ""


def _save(episode: Episode) -> int:
    if episode.uri is None:
        saved = row(BY_NAME, episode.kind, episode.name, episode.show)
    else:
        saved = row(BY_URI, episode.kind, episode.uri, episode.name, episode.show)
    if saved is None:  # both statements return the row they wrote
        raise LookupError("a write returned no key")
    return int(saved[0])

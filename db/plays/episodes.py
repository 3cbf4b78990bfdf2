"""Save podcast episodes and audiobook chapters, each once."""

from collections.abc import Iterable, Sequence

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import row
from db.engine.records import records
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
STORED = """
    SELECT place - 1 AS place, episode.id AS episode_id
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS told (uri, name, show, place)
    JOIN episode ON episode.uri = told.uri AND coalesce(told.name, episode.name) IS NOT DISTINCT FROM episode.name
        AND coalesce(told.show, episode.show_name) IS NOT DISTINCT FROM episode.show_name
"""


class _Stored(msgspec.Struct, frozen=True):
    place: int
    episode_id: int


def save_episodes(episodes: Iterable[Episode]) -> dict[Episode, int]:
    """Save episodes in the caller's transaction (db/engine/changing.py); returns their keys.

    Imports save episodes in the same order, so two programs never deadlock.
    """
    ordered = sorted(set(episodes), key=_sort_key)
    keys = _stored(ordered) if ordered else {}
    if len(keys) < len(ordered):
        wait_to_be_alone()
    return {episode: keys[episode] if episode in keys else _save(episode) for episode in ordered}


def _stored(episodes: Sequence[Episode]) -> dict[Episode, int]:
    """The episodes whose stored names stay as they are."""
    columns = [[episode.uri for episode in episodes], [episode.name for episode in episodes],
               [episode.show for episode in episodes]]  # fmt: skip
    return {episodes[stored.place]: stored.episode_id for stored in records(_Stored, STORED, columns)}


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

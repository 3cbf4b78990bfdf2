"""Decide which known songs have rested long enough to be worth finding again."""

from datetime import timedelta

from recommend.listening.context import Context
from recommend.listening.songs import Song

RESTED_FOR = timedelta(days=28)


def has_rested(context: Context, song: Song) -> bool:
    """Whether the listener has not heard a song for four weeks."""
    return song.last < context.as_of - RESTED_FOR

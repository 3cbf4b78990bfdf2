"""Names that pages and questions still import from here; each lives where it says."""

from insights.answers.values import moment as utc
from insights.shown.music import OPEN, spotify_url, track_url
from web.answer_types.values import maybe_moment as maybe_utc

__all__ = ["OPEN", "maybe_utc", "spotify_url", "track_url", "utc"]

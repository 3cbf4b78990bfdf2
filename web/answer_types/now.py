"""What plays now, as /now/<username> shows it."""

from typing import Annotated

from msgspec import Meta

from insights.answers.values import Part, says
from web.answer_types.values import Instant

Milliseconds = Annotated[int, Meta(ge=0)]


class NowPlaying(Part, frozen=True):
    name: Annotated[str, says("Of the song, or of the episode.")]
    artists: Annotated[list[str], says("For an episode, the podcast.")]
    album: str | None
    uri: Annotated[str | None, says("Also of local files: `spotify:local:\u2026`.")]
    is_local: Annotated[bool, says("Whether it is a file of the listener's own.")]
    is_playing: Annotated[bool, says("False: it is paused.")]
    started_at: Annotated[Instant, says("When it began, at the latest.")]
    progress_ms: Annotated[Milliseconds, says("Where the player should be now.")]
    duration_ms: Milliseconds | None
    seen_at: Annotated[Instant, says("When Spotify was last asked.")]

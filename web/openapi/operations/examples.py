"""The song and the play that examples show."""

from insights.shown.completeness import Completeness, Gap
from insights.shown.music import AlbumOfTrack, Artist, Track
from insights.shown.plays import History, Play

SONG = Track(
    "Paper Boats", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
    213000, (Artist("The Lanterns", "https://open.spotify.com/artist/0OdUWJ0sBjDrqHygGUXeCF"),),
    AlbumOfTrack("Harbour", None),
)  # fmt: skip
PLAY = Play("2026-11-20T21:40:07.512Z", None, "recent", SONG, "spotify:album:2noRn2Aes5aoNVsU6iWThc")
GAP = Gap("2026-11-19T23:10:42.100Z", "2026-11-20T14:02:10.000Z", "full_page", 31, None)
COMPLETENESS = Completeness(
    "2026-11-19T00:00:00.000Z", "2026-11-20T21:40:07.513Z", 93, 31, 0.75, 53487, (GAP,), 110920, 0, 53487
)
NEXT = "/history/alice?limit=1&cursor=AAABnBX8n1gAAAAAAAC8VcbNQWqAlzFm"
PAGE = History("alice", "Europe/Berlin", (PLAY,), NEXT, COMPLETENESS)
REASON = "You played it 6 times in the last two weeks"

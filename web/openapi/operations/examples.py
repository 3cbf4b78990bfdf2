"""The song and the play in examples."""

from insights.shown.music import AlbumOfTrack, Artist, Track
from insights.shown.plays import Play

SONG = Track(
    "Paper Boats", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
    213000, (Artist("The Lanterns", "https://open.spotify.com/artist/0OdUWJ0sBjDrqHygGUXeCF"),),
    AlbumOfTrack("Harbour", None),
)  # fmt: skip
PLAY = Play("2026-11-20T21:40:07.512Z", None, "recent", SONG, "spotify:album:2noRn2Aes5aoNVsU6iWThc")
REASON = "You played it 6 times in the last two weeks"

"""Compare what a listener's playlists and library on Spotify list with what was played."""

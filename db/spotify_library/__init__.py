"""Store what Spotify lists of listeners: their playlists, liked songs, saved albums and followed artists."""

"""Store listeners' playlists, liked songs, saved albums and followed artists, as Spotify lists them."""

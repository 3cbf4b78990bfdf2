"""Read listeners' playlists and libraries on Spotify once a day."""

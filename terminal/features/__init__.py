"""Commands for features that need more of Spotify's permissions than collecting does."""

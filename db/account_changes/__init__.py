"""Rename, move or delete an account, or delete its data from Spotify."""

"""Recommendation lists, the playlist on Spotify, and what listeners say about them."""

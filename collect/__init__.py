"""Collect plays from Spotify, and import them from exports."""

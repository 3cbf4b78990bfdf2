"""Recommend what to play next."""

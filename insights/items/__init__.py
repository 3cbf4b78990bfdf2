"""Tracks, artists and albums."""

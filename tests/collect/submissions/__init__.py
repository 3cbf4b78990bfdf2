"""Plays that players submit."""

"""Notify people that a consent is about to end."""

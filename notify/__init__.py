"""Notify people that a consent is about to end, and other programs of events."""

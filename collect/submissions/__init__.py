"""Plays that players submit themselves, as ListenBrainz and Last.fm take them."""

"""Addresses for programs that know ListenBrainz: they submit plays, and read them and statistics."""

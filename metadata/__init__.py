"""Clients of ListenBrainz, MusicBrainz, Last.fm and ReccoBeats, each of them optional."""

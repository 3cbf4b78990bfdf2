"""What other services know of music: ListenBrainz, MusicBrainz, Last.fm and ReccoBeats, each of them optional."""

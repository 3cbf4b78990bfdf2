"""What each account knows about its music: names, songs, recordings, exclusions."""

"""Each account's library: the names of its music, its songs and recordings, and its exclusions."""

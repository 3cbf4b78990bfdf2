"""What players submit: plays, and the track that is playing."""

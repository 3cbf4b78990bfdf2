"""Connect accounts to Spotify: apps, consent, sessions and the call budget."""

"""What we say to Spotify and what it says back."""

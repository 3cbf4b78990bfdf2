"""The client of Spotify's Web API and sign-in."""

"""A simulated Spotify and its listeners, for tests, benchmarks and the demo."""

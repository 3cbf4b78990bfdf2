"""A pretend Spotify and the listeners who use it: for tests, benchmarks and a first look."""

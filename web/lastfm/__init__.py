"""The address for programs that scrobble to Last.fm (https://www.last.fm/api/scrobbling)."""

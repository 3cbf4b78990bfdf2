"""Providers made up for tests, and hypothesis strategies for what they propose."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from recommend.listening.candidates import KINDS, Candidate
from recommend.listening.context import Context
from recommend.providers import Provider

# Few names, so that many clash: versions of one song, artists that are guests of others, one URI under two names.
ARTISTS = st.sampled_from(["A", "B", "C & A", "Ä", "D", "E", "F", "G"])
TITLES = st.builds(
    lambda title, edition: title + edition,
    st.sampled_from(["One", "Two", "Three", "Four", "Five", "Six", "Seven"]),
    st.sampled_from(["", " - Remastered 2011", " (feat. B)", " (Live)", " - Single Version"]),
)
URIS = st.none() | st.integers(1, 40).map("spotify:track:{:022d}".format)


def candidate(
    name: str = "One",
    artist: str = "A",
    kind: str = "deeper",
    *,
    score: float = 1.0,
    uri: str | None = None,
    album: str | None = None,
    reason: str = "Because.",
) -> Candidate:
    return Candidate(kind, name, artist, score, "because", reason, {"why": "test"}, None, uri, album)  # type: ignore[arg-type]


CANDIDATES = st.lists(
    st.builds(
        candidate,
        TITLES,
        ARTISTS,
        st.sampled_from(KINDS),
        score=st.floats(0, 10),
        uri=URIS,
        album=st.none() | st.sampled_from(["X", "Y"]),
    ),
    max_size=60,
)


def provider(
    name: str, proposals: Sequence[Candidate] | Callable[[Context, int], Sequence[Candidate]], weight: float = 1.0
) -> Provider:
    return Provider(name, proposals if callable(proposals) else lambda _context, limit: proposals[:limit], weight)

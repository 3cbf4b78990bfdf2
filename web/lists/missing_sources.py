"""The sources of music from which a list got nothing, and how to add them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from insights.recommendations import StoredRun
from web.pages.languages import N_

Write = Callable[[str], str]
# The providers that cannot propose anything without the source; those of services and Spotify read cached answers.
PROVIDERS: Mapping[str, frozenset[str]] = {
    "spotify": frozenset({"new_release", "unfinished_album"}),
    "services": frozenset({"similar_artist", "similar_track"}),
    "house": frozenset({"house"}),
}
TEXTS: Mapping[str, str] = {
    "history": N_("Your streaming history: with years of plays, lists bring back what you loved."),
    "spotify": N_("A Spotify app: connected, it finds new releases and the albums of your artists."),
    "services": N_("Music services, such as ListenBrainz and Last.fm: they know similar artists and songs."),
    "house": N_("Other listeners here: if you and five others share, each finds music for the others."),
}
# Where the listener can add the source; services are a setting of the person who runs this instance.
PAGES: Mapping[str, str] = {
    "history": "/account/imports",
    "spotify": "/account/spotify",
    "house": "/account/preferences#recommendations",
}


@dataclass(frozen=True, slots=True)
class MissingSource:
    """`page` is where the listener adds it, if they can."""

    source: str
    text: str
    page: str | None


def missing_sources(run: StoredRun, write: Write = str) -> list[MissingSource]:
    """The missing sources. Texts are in English, unless `write` translates."""
    missing = ["history"] if run.status == "cold" else []
    missing += [source for source, providers in PROVIDERS.items() if _gave_nothing(run, providers)]
    return [MissingSource(source, write(TEXTS[source]), PAGES.get(source)) for source in missing]


def _gave_nothing(run: StoredRun, providers: frozenset[str]) -> bool:
    """Whether all of these providers ran, and none knew anything. An old list may lack the newer ones."""
    stored: Sequence[Mapping[str, object]] = [run.providers[name] for name in providers if name in run.providers]
    return len(stored) == len(providers) and not any(each.get("candidates") or each.get("oldest") for each in stored)

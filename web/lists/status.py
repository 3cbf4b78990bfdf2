"""How a list came about, in a sentence for people."""

from collections.abc import Mapping
from datetime import datetime

from insights.recommendations import StoredRun

# What a provider is left out for; one that is "stale" gave what was known some time before.
LEFT_OUT, STALE = frozenset({"failed", "late"}), "stale"
SOURCES: Mapping[str, str] = {
    "rotation": "what you play",
    "forgotten": "what you loved",
    "unfinished_album": "albums you have begun",
    "unheard_by_artist": "more by artists you play",
    "new_release": "new releases",
    "similar_artist": "similar artists",
    "similar_track": "similar songs",
    "house": "what others here play",
    "lb_cf": "ListenBrainz",
    "spotify": "what Spotify recommends",
}
COLD = (
    "There is little to go by yet: good lists take a few hundred plays and a few weeks. "
    "Importing your streaming history is the quickest way there."
)
SENTENCES: Mapping[str, str] = {
    "ok": "This list is complete.",
    "cold": COLD,
    "failed": "This list could not be made; the next run tries again.",
}


def status_text(run: StoredRun) -> str:
    if run.status != "degraded":
        return SENTENCES[run.status]
    missing = ", ".join(_missing(run))
    return f"Some data for this list was not available{f': {missing}' if missing else ''}. The rest is as usual."


def _missing(run: StoredRun) -> list[str]:
    missing = []
    for name, provider in run.providers.items():
        source, age = SOURCES.get(name, name), cache_age_days(run, provider)
        if provider.get("state") in LEFT_OUT:
            missing.append(f"{source} (left out)")
        elif provider.get("state") == STALE:
            missing.append(f"{source} (as known {age} {'day' if age == 1 else 'days'} before)" if age else source)
    return missing


def cache_age_days(run: StoredRun, provider: Mapping[str, object]) -> int | None:
    """The age in whole days of the oldest answer from another service that a provider used; None if it used none."""
    oldest = provider.get("oldest")
    return max((run.as_of - datetime.fromisoformat(oldest)).days, 0) if isinstance(oldest, str) else None

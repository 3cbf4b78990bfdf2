"""How a list came about, in a sentence for people."""

from collections.abc import Callable, Mapping
from datetime import datetime

from insights.recommendations import StoredRun
from web.pages.languages import N_

Write = Callable[[str], str]

# The states for which a provider is left out; one that is "stale" proposed what was known some time before.
LEFT_OUT, STALE = frozenset({"failed", "late"}), "stale"
SOURCES: Mapping[str, str] = {
    "rotation": N_("what you play"),
    "forgotten": N_("what you loved"),
    "resting": N_("songs that have rested"),
    "begun_album": N_("albums you play"),
    "obsession": N_("former obsessions"),
    "other_years": N_("this time of year"),
    "heard_once": N_("songs heard once or twice"),
    "only_song": N_("artists of whom you know one song"),
    "unfinished_album": N_("albums you have begun"),
    "unheard_by_artist": N_("more by artists you play"),
    "new_release": N_("new releases"),
    "similar_artist": N_("similar artists"),
    "similar_track": N_("similar songs"),
    "house": N_("what others here play"),
    "lb_cf": N_("ListenBrainz"),
    "spotify": N_("what Spotify recommends"),
}
COLD = N_(
    "There is little to go by yet: good lists take a few hundred plays and a few weeks. "
    "Importing your streaming history is the quickest way there."
)
SENTENCES: Mapping[str, str] = {
    "ok": N_("This list is complete."),
    "cold": COLD,
    "failed": N_("This list could not be made; the next run tries again."),
}


def status_text(run: StoredRun, write: Write = str) -> str:
    """The status in English, unless `write` translates."""
    if run.status != "degraded":
        return write(SENTENCES[run.status])
    missing = ", ".join(_missing(run, write))
    if not missing:
        return write(N_("Some data for this list was not available. The rest is as usual."))
    sentence = write(N_("Some data for this list was not available: %(missing)s. The rest is as usual."))
    return sentence % {"missing": missing}


def _missing(run: StoredRun, write: Write) -> list[str]:
    missing = []
    for name, provider in run.providers.items():
        source, age = write(SOURCES.get(name, name)), cache_age_days(run, provider)
        if provider.get("state") in LEFT_OUT:
            missing.append(write(N_("%(source)s (left out)")) % {"source": source})
        elif provider.get("state") == STALE:
            missing.append(_aged(source, age, write) if age else source)
    return missing


def _aged(source: str, days: int, write: Write) -> str:
    sentence = N_("%(source)s (as known %(days)s days before)")
    if days == 1:
        sentence = N_("%(source)s (as known 1 day before)")
    return write(sentence) % {"source": source, "days": days}


def cache_age_days(run: StoredRun, provider: Mapping[str, object]) -> int | None:
    """The age in whole days of the oldest answer from another service that a provider used; None if it used none."""
    oldest = provider.get("oldest")
    return max((run.as_of - datetime.fromisoformat(oldest)).days, 0) if isinstance(oldest, str) else None

"""Why an artist in the library probably does not make music, in words."""

from recommend.listening.no_music import NoMusic
from web.languages.writing import counted, duration, percent
from web.pages.languages import _


def no_music_because(no_music: NoMusic) -> str:
    """The evidence, as in "41 plays of 35 min on average, each title within a few days"."""
    plays = counted(no_music.plays, "%(count)s play", "%(count)s plays")
    if no_music.sort == "episodes":
        evidence = _("%(plays)s of %(length)s on average, each title within a few days: probably a podcast")
        return evidence % {"plays": plays, "length": duration(no_music.mean_ms)}
    if no_music.sort == "chapters":
        evidence = _(
            "%(plays)s, and most titles are numbered chapters or episodes: probably an audiobook or audio drama"
        )
        return evidence % {"plays": plays}
    if not no_music.in_year:
        return _("%(plays)s, and the names say so: probably sounds to sleep to") % {"plays": plays}
    share = percent(100 * no_music.at_night / no_music.in_year)
    evidence = _("%(plays)s, %(share)s of those in the last year at night: probably sounds to sleep to")
    return evidence % {"plays": plays, "share": share}

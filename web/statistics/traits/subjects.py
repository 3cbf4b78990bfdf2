"""The tabs of the pages about music: its genres, years, sound and origins."""

from web.pages.languages import N_
from web.questions.view import View
from web.statistics.showing import tabs

SUBJECTS = {
    "top-genres": N_("Genres"),
    "genre-activity": N_("Over time"),
    "decades": N_("Decades"),
    "profile": N_("Sound"),
    "origins": N_("Origins"),
}


def subjects(view: View) -> list[tuple[str, str, bool]]:
    return tabs(view, SUBJECTS)

"""/top-genres: the ranking of genres, and the share of listening for which they are known."""

from collections.abc import Sequence

from web.languages.writing import counted
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import small_share
from web.statistics.rankings import Row
from web.statistics.showing import ORDERS, choices, more, statistics_page
from web.statistics.traits.coverage import genre_credits, keeps_names, known_for, progress_line, unknown
from web.statistics.traits.shown_genres import genre_rows
from web.statistics.traits.subjects import subjects
from web.statistics.trends import trends_of_genres

FEW = 20  # plays; with fewer, the first place means nothing
MORE = 200
COMPLETE = 0.9  # of plays: then few lack a genre because their names may not be looked up


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    trends = trends_of_genres(view, answer.genres, answer.by)
    rows = genre_rows(view, answer.genres, trends)
    return {
        "by": answer.by,
        "credits": genre_credits(view),
        "rows": rows,
        "legend": trends.legend if trends else None,
        "total": answer.total,
        "sentence": _sentence(answer.genres, rows, answer.total, answer.by),
        "known": known_for(answer.coverage, answer.by),
        "progress": progress_line(view) if rows else None,
        "keeps_names": bool(rows) and answer.coverage < COMPLETE and keeps_names(view),
        "unknown": None if rows else unknown(view, _("No genres are known yet."), how_they_come()),
        "is_compared": view.scope.before is not None,
        "tabs": subjects(view),
        "orders": choices(view, "by", ORDERS, answer.by),
        "more": more(view, len(rows), answer.total, MORE),
    }


def how_they_come() -> str:
    return _(
        "Insight looks up genres at MusicBrainz, ListenBrainz and Last.fm, the most-played artists first. This takes "
        "minutes to hours, and works only if the operator of this instance has allowed a music service."
    )


def _sentence(genres: Sequence[object], rows: Sequence[Row], total: int, by: str) -> str:
    """The first genre with its share, if there are enough plays for that."""
    if sum(row.plays for row in rows) < FEW:
        return counted(total, "%(count)s genre.", "%(count)s genres.")
    words = {"genre": rows[0].item.name, "share": small_share(getattr(genres[0], "share", 0.0))}
    if by == "time":
        return _("Most of all %(genre)s: %(share)s of the listening time with known genres.") % words
    return _("Most of all %(genre)s: %(share)s of the plays with known genres.") % words


PAGES = (statistics_page("top-genres", "genres.html", _values),)

"""The pages about genres, years, sound and origins."""

from web.statistics.pages.music import decades, genre, genre_activity, genres, new_genres, origins, sound

PAGES = (
    *genres.PAGES,
    *genre.PAGES,
    *genre_activity.PAGES,
    *new_genres.PAGES,
    *decades.PAGES,
    *sound.PAGES,
    *origins.PAGES,
)

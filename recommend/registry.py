"""The list of all providers."""

from recommend.providers import (
    Provider,
    begun_album,
    forgotten,
    heard_once,
    house,
    lb_cf,
    new_release,
    obsession,
    only_song,
    other_years,
    resting,
    rotation,
    similar_artist,
    similar_track,
    spotify,
    unfinished_album,
    unheard_by_artist,
)

OF_KNOWN_MUSIC = (
    Provider("rotation", rotation.candidates),
    Provider("forgotten", forgotten.candidates),
    Provider("resting", resting.candidates, 1.5),
    Provider("begun_album", begun_album.candidates),
    Provider("obsession", obsession.candidates),
    Provider("other_years", other_years.candidates, 0.5),
    Provider("heard_once", heard_once.candidates, 0.7),
    Provider("only_song", only_song.candidates, 0.5),
)
OF_NEW_MUSIC = (
    Provider("unfinished_album", unfinished_album.candidates),
    Provider("unheard_by_artist", unheard_by_artist.candidates, 4.0),
    Provider("new_release", new_release.candidates),
    Provider("similar_artist", similar_artist.candidates),
    Provider("similar_track", similar_track.candidates),
    Provider("house", house.candidates, house.weight),
    Provider("lb_cf", lb_cf.candidates),
    Provider("spotify", spotify.candidates),
)
PROVIDERS = (*OF_KNOWN_MUSIC, *OF_NEW_MUSIC)

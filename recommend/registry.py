"""The list of all providers."""

from recommend.providers import (
    Provider,
    forgotten,
    house,
    lb_cf,
    new_release,
    rotation,
    similar_artist,
    similar_track,
    spotify,
    unfinished_album,
    unheard_by_artist,
)

PROVIDERS = (
    Provider("rotation", rotation.candidates),
    Provider("forgotten", forgotten.candidates),
    Provider("unfinished_album", unfinished_album.candidates),
    Provider("unheard_by_artist", unheard_by_artist.candidates, 4.0),
    Provider("new_release", new_release.candidates),
    Provider("similar_artist", similar_artist.candidates),
    Provider("similar_track", similar_track.candidates),
    Provider("house", house.candidates, house.weight),
    Provider("lb_cf", lb_cf.candidates),
    Provider("spotify", spotify.candidates),
)

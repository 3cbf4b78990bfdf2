"""An album as rankings show it."""

from insights.item_names import KnownAlbum
from web.shapes import artist_shape, spotify_url


def item_album_shape(album: KnownAlbum) -> dict[str, object]:
    return {
        "name": album.name,
        "url": spotify_url("album", album.spotify_id),
        "image_url": album.image_url,
        "artist": artist_shape(album.artist) if album.artist else None,
    }

"""ListenBrainz' bulk metadata: tags, dates and covers of many recordings, release groups or artists in each call."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metadata.countries import country_code
from metadata.facts import ArtistFacts, GroupFacts, Json, Match, RecordingFacts, date, first_mbid, tags, whole, year
from metadata.listenbrainz import SERVICE, ListenBrainz, answered
from metadata.reading import inner, mbid, objects, text, unexpected_answer

MOST_RECORDINGS, MOST_IN_A_URL, MOST_NAMES = 1000, 50, 50
LONGEST_NAME = 250  # of a name lookup


def recordings(client: ListenBrainz, mbids: Sequence[str]) -> list[RecordingFacts]:
    """What is known of up to 1,000 recordings; those that are unknown are missing."""
    body = {"recording_mbids": list(mbids[:MOST_RECORDINGS]), "inc": "tag release"}
    return [_recording(key, item) for key, item in _by_mbid(client.send("POST", "/1/metadata/recording/", body=body))]


def release_groups(client: ListenBrainz, mbids: Sequence[str]) -> list[GroupFacts]:
    """What is known of up to 50 release groups."""
    query = {"release_group_mbids": ",".join(mbids[:MOST_IN_A_URL]), "inc": "tag"}
    items = _by_mbid(client.send("GET", "/1/metadata/release_group/", query=query))
    return [_group(key, item) for key, item in items]


def artists(client: ListenBrainz, mbids: Sequence[str]) -> list[ArtistFacts]:
    """What is known of up to 50 artists."""
    query = {"artist_mbids": ",".join(mbids[:MOST_IN_A_URL]), "inc": "tag"}
    items = answered(client.send("GET", "/1/metadata/artist/", query=query))
    if not isinstance(items, list):
        raise unexpected_answer(SERVICE)
    return [artist for item in objects(items) if (artist := _artist(item))]


def matches(client: ListenBrainz, names: Sequence[tuple[str, str]]) -> list[Match | None]:
    """The recording for each of up to 50 (artist, title), or None if there is none; needs a token."""
    body = {"recordings": [{"artist_name": artist[:LONGEST_NAME], "recording_name": title[:LONGEST_NAME]}
                           for artist, title in names[:MOST_NAMES]]}  # fmt: skip
    items = answered(client.send("POST", "/1/metadata/lookup/", body=body))
    if not isinstance(items, list):
        raise unexpected_answer(SERVICE)
    by_place = {place: item for place, item in enumerate(items) if isinstance(item, dict)}
    return [_match(by_place.get(place, {})) for place in range(len(names[:MOST_NAMES]))]


def _by_mbid(answer: Any) -> Iterator[tuple[str, Json]]:
    items = answered(answer)
    if not isinstance(items, dict):
        raise unexpected_answer(SERVICE)
    yield from ((key, item) for name, item in items.items() if (key := mbid(name)) and isinstance(item, dict))


def _recording(key: str, item: Json) -> RecordingFacts:
    release, of_group = inner(item, "release"), inner(item, "tag", "release_group")
    group = mbid(inner(release, "release_group_mbid")) or first_mbid(of_group, "release_group_mbid")
    of_artists = _tags_of_artists(inner(item, "tag", "artist"))
    return RecordingFacts(
        key,
        next(iter(of_artists), None),
        group,
        mbid(inner(release, "mbid")),
        year(inner(release, "year")),
        whole(inner(release, "caa_id")),
        mbid(inner(release, "caa_release_mbid")),
        tags(inner(item, "tag", "recording")),
        tags(of_group),
        of_artists,
    )


def _tags_of_artists(items: Any) -> Mapping[str, Any]:
    mbids = dict.fromkeys(key for item in objects(items) if (key := mbid(item.get("artist_mbid"))))
    return {key: tags([each for each in objects(items) if mbid(each.get("artist_mbid")) == key]) for key in mbids}


def _group(key: str, item: Json) -> GroupFacts:
    return GroupFacts(key, date(inner(item, "release_group", "date")), tags(inner(item, "tag", "release_group")))


def _artist(item: Json) -> ArtistFacts | None:
    key, area = mbid(item.get("artist_mbid")) or mbid(item.get("mbid")), text(item.get("area"))
    if key is None:
        return None
    return ArtistFacts(key, text(item.get("name")), country_code(area), area, tags(inner(item, "tag", "artist")))


def _match(item: Json) -> Match | None:
    recording, artist_ids = mbid(item.get("recording_mbid")), item.get("artist_mbids")
    artist = mbid(artist_ids[0]) if isinstance(artist_ids, list) and artist_ids else None
    names = [name for name in (text(item.get("artist_credit_name")),) if name]
    return Match(recording, artist, text(item.get("recording_name")) or "", names) if recording else None

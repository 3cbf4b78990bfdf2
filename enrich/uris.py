"""Look up the Spotify URIs of tracks that other services named: a track without one cannot be played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from db.collecting.lookup_state import complete
from db.collecting.provider_cache import cached, own_cached
from db.people.preferences import preference
from enrich.run import Run, Tally
from enrich.tracks import wanted_artists
from metadata.answers import MOST, NamedTrack
from metadata.errors import ServiceError
from metadata.lookups import ARTIST_TRACKS, SIMILAR_TRACKS, SPOTIFY_URIS, USER_RECOMMENDATIONS, Lookup
from metadata.services import shown_name
from music import is_nobody
from recommend.listening.context import Context
from recommend.listening.names import song_key
from recommend.proposals.seeds import Seeds

EACH = 10  # tracks of a shared answer: hardly more are recommended; a listener's own answers are fully completed
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A cached answer; `wanted` are its tracks that lack a URI and may be recommended to this listener."""

    question: str
    key: str
    service: str
    payload: Sequence[Json]
    wanted: Sequence[Json]
    account_id: int | None = None


def look_up_uris(run: Run, context: Context, seeds: Seeds) -> None:
    """Look up a hundred tracks at a time. A track without a URI is marked, so it is not looked up again."""
    for service, lookup in islice(run.services.lookups(SPOTIFY_URIS), 1):
        batches = list(_batches([answer for answer in _answers(run, context, seeds) if answer.wanted]))
        tally = run.tallies.setdefault(service, Tally())
        run.progress.plan(len(batches))
        for number, batch in enumerate(batches):
            has_room = run.left_for_account[SPOTIFY_URIS] > 0 and run.is_available(service)
            if not has_room or not _complete(run, service, lookup, batch):
                run.progress.plan(number - len(batches))
                return
            tally.looked_up.add((SPOTIFY_URIS, f"{context.account_id} {number}"))
            run.progress.answered_by(shown_name(service))


def _complete(run: Run, service: str, lookup: Lookup[Sequence[NamedTrack]], answers: Sequence[_Answer]) -> bool:
    """Return whether the service answered."""
    run.count(SPOTIFY_URIS)
    items = [item for answer in answers for item in answer.wanted]
    try:
        tracks = lookup.ask([NamedTrack(item["name"], item["artist"], item["album"]) for item in items])
    except ServiceError as error:
        run.failed(service, error)
        return False
    for item, track in zip(items, tracks, strict=True):
        item.update({"uri": track.uri} if track.uri else {"sought": True})
    for answer in answers:
        complete(answer.question, answer.key, answer.service, answer.payload, answer.account_id)
    return True


def _batches(answers: Sequence[_Answer]) -> Iterator[list[_Answer]]:
    """Groups of answers whose tracks together fit into one lookup."""
    batch: list[_Answer] = []
    for answer in answers:
        if sum(len(each.wanted) for each in (*batch, answer)) > MOST:
            yield batch
            batch = []
        batch.append(answer)
    if batch:
        yield batch


def _answers(run: Run, context: Context, seeds: Seeds) -> Iterator[_Answer]:
    keys = {
        ARTIST_TRACKS: list(wanted_artists(run, context, seeds)),
        SIMILAR_TRACKS: [song.key for song in seeds.songs],
    }
    for question, subjects in keys.items():
        for key, answers in cached(question, subjects, run.now()).items():
            yield from (_answer(context, question, key, answer.service, answer.payload) for answer in answers)
    account, user, question = context.account_id, _user_name(context), USER_RECOMMENDATIONS
    for key, answers in own_cached(account, question, [user], run.now()).items():
        yield from (_answer(context, question, key, answer.service, answer.payload, account) for answer in answers)


def _user_name(context: Context) -> str:
    return preference(context.account_id).listenbrainz_user or ""


def _answer(
    context: Context, question: str, key: str, service: str, payload: list[Json], account_id: int | None = None
) -> _Answer:
    new = (item for item in payload if song_key(item["artist"], item["name"]) not in context.library)
    most = EACH if account_id is None else MOST
    by_somebody = (item for item in new if not is_nobody(item["artist"]))
    wanted = [item for item in islice(by_somebody, most) if not item["uri"] and not item.get("sought")]
    return _Answer(question, key, service, payload, wanted, account_id)

"""Find out by what URI Spotify knows the tracks that other services named: what has none cannot be played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from db.collecting.lookup_state import complete
from db.collecting.provider_cache import cached, own_cached
from db.people.preferences import preference
from enrich.run import NAMES, URIS, Run, Tally
from enrich.tracks import wanted_artists
from metadata.answers import MOST, NamedTrack
from metadata.errors import ServiceError
from metadata.listenbrainz import ListenBrainz
from music import is_nobody
from recommend.listening.context import Context
from recommend.listening.names import song_key
from recommend.proposals.seeds import Seeds

EACH = 10  # tracks of an answer, for hardly more of it is ever recommended; but all of what is asked for one listener
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Something cached; `wanted` are those of its items that lack a URI, and may be recommended to this listener."""

    question: str
    key: str
    service: str
    payload: Sequence[Json]
    wanted: Sequence[Json]
    account_id: int | None = None


def ask_uris(run: Run, context: Context, seeds: Seeds) -> None:
    """ListenBrainz takes a hundred tracks at once. What it does not know is marked, and not asked about again."""
    listenbrainz = run.services.listenbrainz
    if listenbrainz is None:
        return
    questions = list(_questions([each for each in _answers(run, context, seeds) if each.wanted]))
    tally = run.tallies.setdefault("listenbrainz", Tally())
    run.progress.plan(len(questions))
    for number, answers in enumerate(questions):
        if run.room[URIS] <= 0 or not run.goes_on("listenbrainz") or not _ask(run, listenbrainz, answers):
            run.progress.plan(number - len(questions))
            return
        tally.asked.add((URIS, f"{context.account_id} {number}"))
        run.progress.asked(NAMES["listenbrainz"])


def _ask(run: Run, listenbrainz: ListenBrainz, answers: Sequence[_Answer]) -> bool:
    run.take(URIS)
    items = [item for answer in answers for item in answer.wanted]
    try:
        found = listenbrainz.with_uris([NamedTrack(item["name"], item["artist"], item["album"]) for item in items])
    except ServiceError as error:
        run.failed("listenbrainz", error)
        return False
    for item, track in zip(items, found, strict=True):
        item.update({"uri": track.uri} if track.uri else {"sought": True})
    for answer in answers:
        complete(answer.question, answer.key, answer.service, answer.payload, answer.account_id)
    return True


def _questions(answers: Sequence[_Answer]) -> Iterator[list[_Answer]]:
    """As many answers together as there is room for their tracks in one question."""
    together: list[_Answer] = []
    for answer in answers:
        if sum(len(each.wanted) for each in (*together, answer)) > MOST:
            yield together
            together = []
        together.append(answer)
    if together:
        yield together


def _answers(run: Run, context: Context, seeds: Seeds) -> Iterator[_Answer]:
    keys = {
        "artist_tracks": list(wanted_artists(run, context, seeds)),
        "similar_tracks": [song.key for song in seeds.songs],
    }
    for question, about in keys.items():
        for key, several in cached(question, about, run.now()).items():
            yield from (_answer(context, question, key, said.service, said.payload) for said in several)
    account, user = context.account_id, preference(context.account_id).listenbrainz_user
    for key, several in own_cached(account, "listenbrainz_cf", [user or ""], run.now()).items():
        yield from (_answer(context, "listenbrainz_cf", key, said.service, said.payload, account) for said in several)


def _answer(
    context: Context, question: str, key: str, service: str, payload: list[Json], account_id: int | None = None
) -> _Answer:
    new = (item for item in payload if song_key(item["artist"], item["name"]) not in context.library)
    most = EACH if account_id is None else MOST
    somebody = (item for item in new if not is_nobody(item["artist"]))
    wanted = [item for item in islice(somebody, most) if not item["uri"] and not item.get("sought")]
    return _Answer(question, key, service, payload, wanted, account_id)

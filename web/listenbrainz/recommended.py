"""/1/cf/recommendation/user/<username>/recording: the latest list, as recordings' ids at MusicBrainz."""

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.recommendations import NoRun, StoredRun, latest_runs, musicbrainz_ids, recommendations
from people.accounts import Account
from web.answer_types.listens import RecommendedRecordings, RecommendedRecordingsPayload, ScoredRecording
from web.handlers.params import one_of, parameters, whole_number
from web.http.answers import CACHING, answer, not_modified
from web.http.etags import etag
from web.listenbrainz.asking import MOST_AT_ONCE, MOST_OFFSET, USUAL, asked_about, for_players
from web.listenbrainz.ranges import second
from web.lists.list_request import MOST, QUESTION

ARTIST_TYPES = ("top", "similar", "raw")  # ours are of one type


@for_players
def recommended_recordings(request: Request) -> Response:
    """204 if there is no list, or if no song on it is known to be at MusicBrainz."""
    query = parameters(request, "artist_type", "count", "offset")
    one_of(query, "artist_type", ARTIST_TYPES)
    count = whole_number(query, "count", 1, MOST_AT_ONCE, USUAL)
    offset = whole_number(query, "offset", 0, MOST_OFFSET, 0)
    with reading():
        account = asked_about(request, QUESTION)
        run = _latest(account)
        mbids = _mbids(run) if run else []
    tag = etag(request, [account], count, offset, [each.recording_mbid for each in mbids])
    if unchanged := not_modified(request, tag):
        return unchanged
    if run is None or not mbids:
        return Response(status_code=204, headers={**CACHING, "ETag": tag})
    return answer(request, _shown(account, run, mbids, count, offset), tag)


def _latest(account: Account) -> StoredRun | None:
    latest = latest_runs([account.id], {"daily": 1})
    run = recommendations(account.id, latest[0].date, MOST) if latest else None
    return None if isinstance(run, NoRun) else run


def _mbids(run: StoredRun) -> list[ScoredRecording]:
    """Scores follow the order of the list, because its own scores can only be compared within a kind."""
    known = musicbrainz_ids([item.song_key for item in run.items])
    identified = [(item, known.get(item.song_key)) for item in run.items]
    listed = [(item.rank, ids.recording) for item, ids in identified if ids and ids.recording]
    return [ScoredRecording(recording, round(1 / rank, 6)) for rank, recording in listed]


def _shown(
    account: Account, run: StoredRun, mbids: list[ScoredRecording], count: int, offset: int
) -> RecommendedRecordings:
    page = mbids[offset : offset + count]
    return RecommendedRecordings(
        RecommendedRecordingsPayload(
            user_name=account.username,
            entity="recording",
            type="raw",
            count=len(page),
            offset=offset,
            total_mbid_count=len(mbids),
            last_updated=second(run.as_of),
            mbids=page,
        )
    )

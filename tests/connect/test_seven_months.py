"""Seven months of one listener: warnings, the end of consent, connecting again, and a gap that an export closes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from collect.exports.streaming_history import import_history
from collect.recent import collect_recent
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_spotify import Visible
from insights.plays.gaps import Gap, gaps
from music import Track
from notify.channels import channels
from notify.notices import due_notices, send_notices
from people.accounts import account_named
from tests.collect.export_files import extended_row, spotify_zip
from tests.collect.histories import Silent
from tests.fake import TRACKS, World, world
from tests.web.conftest import VERSION, service_client
from tests.web.visitors.visiting import signed_in
from tests.webhook import Webhook, webhook
from web.http.services import Services

pytestmark = pytest.mark.programs

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONSENT = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
END = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
AGAIN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST_PLAY = CONSENT - 5 * HOUR


def heard(start: datetime, end: datetime) -> list[Visible]:
    """A play each hour, day and night, since just before the first consent."""
    since = max(start, FIRST_PLAY)
    hours = int((end - since) / HOUR)
    return [_play(since + number * HOUR) for number in range(hours + 1)]


def _play(ended_at: datetime) -> Visible:
    return Visible(ended_at, TRACKS[int((ended_at - FIRST_PLAY) / HOUR) % 7], ended_at)


@dataclass
class Life:
    """Alice and the collecting program, which runs only every two days here: as rarely as loses no play."""

    here: World
    hook: Webhook
    outcomes: list[str] = field(default_factory=list)
    notices: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.here.clock.now

    def until(self, day: datetime) -> None:
        while self.now < day:
            self.here.clock.now = min(self.now + 2 * DAY, day)
            self.run_once()

    def run_once(self) -> None:
        (report,) = collect_recent(self.here.spotify)
        with connected():  # the database's own clock shows another time
            rows(
                "UPDATE collection_run SET started_at = %s, finished_at = %s "
                "WHERE id = (SELECT max(id) FROM collection_run) RETURNING id", self.now, self.now,
            )  # fmt: skip
            notices = due_notices(self.now, "https://music.example", keep_after_disconnect=False)
        self.outcomes.append(report.outcome)
        list(send_notices(notices, channels([self.hook.address])))
        self.notices += [(self.now, title) for title, _ in self.hook.taken[len(self.notices) :]]

    def gaps(self) -> list[Gap]:
        with connected():
            return gaps(self.account, self.now)

    @property
    def account(self) -> int:
        with connected():
            return account_named("alice").id

    def request_count(self) -> int:
        return len(self.here.fake.requests)

    def consent(self, client: TestClient) -> dict[str, object]:
        standing = client.get("/users/alice").json()["standing"]["consent"]
        return {name: standing[name] for name in ("state", "ends_at", "days_left")}


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    here = world()
    here.clock.now = CONSENT
    with connected():
        ensure_accounts(["alice"], "UTC")
    here.fake.add_listener("alice", lambda now: heard(now - 60 * HOUR, now))
    here.connect("alice")
    with webhook() as hook:
        yield Life(here, hook)


@pytest.fixture
def client(life: Life) -> Iterator[TestClient]:
    with service_client(Services(VERSION, life.here.clock)) as client:
        client.cookies = signed_in(life.account)
        yield client


def consent(state: str, ends_at: str, days_left: int) -> dict[str, object]:
    return {"state": state, "ends_at": f"{ends_at}T12:00:00.000Z", "days_left": days_left}


def test_a_consent_warns_ends_and_is_renewed_without_loss(life: Life, client: TestClient, tmp_path: Path) -> None:
    life.run_once()
    assert life.consent(client) == consent("fine", "2026-10-20", 183)
    life.until(END - 30 * DAY)
    assert life.consent(client) == consent("ends_soon", "2026-10-20", 30)
    life.until(END - 7 * DAY)
    assert life.consent(client) == consent("ends_very_soon", "2026-10-20", 7)
    assert client.get("/ready").json()["warnings"] == ["Spotify's consent for 1 account ends within 7 days."]
    life.until(END - DAY)
    assert (set(life.outcomes), life.gaps()) == ({"collected"}, [])

    life.until(END)
    assert life.consent(client) == consent("ended", "2026-10-20", 0)
    requests_before = life.request_count()
    life.until(AGAIN)
    assert (set(life.outcomes[-16:]), life.request_count()) == (
        {"reconnect"},
        requests_before,
    )  # Spotify is asked once, and then left alone
    assert [(gap.reason, gap.closed_by, gap.end) for gap in life.gaps()] == [("consent_ended", None, AGAIN)]
    assert life.notices == [
        (END - 30 * DAY, "alice: consent on Spotify ends in 30 days"),
        (END - 7 * DAY, "alice: consent on Spotify ends in 7 days"),
        (END, "alice: collecting has stopped"),
    ]

    assert life.here.connect("alice") == "alice is connected to Spotify as Alice."
    life.run_once()
    assert life.consent(client) == consent("fine", "2027-05-20", 181)
    assert client.get("/ready").json()["warnings"] == []
    (gap,) = life.gaps()
    seen_again = AGAIN - 49 * HOUR
    began = seen_again - timedelta(milliseconds=_length(_play(seen_again)))
    assert (gap.start, gap.end, gap.reason, gap.closed_by) == (END - DAY, began, "full_page", None)
    missing = heard(END - DAY + HOUR, seen_again - HOUR)
    assert abs((gap.missing_plays or 0) - len(missing)) <= 1

    life.until(AGAIN + DAY)
    _import(life, heard(END - 2 * DAY, AGAIN), tmp_path)
    assert [(gap.reason, gap.closed_by, gap.missing_plays) for gap in life.gaps()] == [("full_page", "export", 0)]
    assert _counted(life) == [play.ended_at for play in heard(FIRST_PLAY, life.now)]
    assert len(life.notices) == 3


def _length(play: Visible) -> int:
    return (play.track.duration_ms or 0) if isinstance(play.track, Track) else 0


def _import(life: Life, plays: Sequence[Visible], folder: Path) -> None:
    exported = [
        extended_row(
            ts=f"{play.ended_at:%Y-%m-%dT%H:%M:%SZ}", spotify_track_uri=play.track.uri, offline_timestamp=None,
            ms_played=_length(play),
        )
        for play in plays
    ]  # fmt: skip
    member = {"MyData/Streaming_History_Audio_2026_0.json": json.dumps(exported).encode()}
    import_history(life.account, [spotify_zip(folder / "my_spotify_data.zip", member)], Silent())


def _counted(life: Life) -> list[datetime]:
    with connected():
        moments = rows("SELECT played_at FROM counted_play WHERE account_id = %s ORDER BY played_at", life.account)
    return [played_at for (played_at,) in moments]

"""Players that submit what they see: at once or much later, sometimes twice, and two of them within seconds."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.live_days.chance import Chance
from benchmarks.live_days.listening import Listening, Played
from collect.submissions.listens import read_submitted
from collect.submissions.submitting import submit_listens
from music import Track
from people.accounts import Account

LONG_ENOUGH = 30_000  # milliseconds
LATE, AGAIN, LINKED, SEEN = 0.03, 0.05, 0.5, 0.97
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Submission:
    at: datetime
    play: Played
    listen: bytes

    def send(self, account: Account) -> int:
        return submit_listens(account.id, [read_submitted(self.listen, self.at + DAY)]).new


def submissions(listening: Listening) -> list[Submission]:
    """The submissions of a listener's players, the earliest first."""
    rng = Chance(f"players {listening.seed}")
    sent = [
        submission
        for play in listening.plays
        if play.device != "offline" and play.listened_ms >= LONG_ENOUGH and isinstance(play.item, Track)
        for player in range(listening.habits.players)
        if rng.random() < SEEN
        for submission in _sent(play, play.item, player, rng)
    ]
    return sorted(sent, key=lambda submission: submission.at)


def _sent(play: Played, track: Track, player: int, rng: Chance) -> Iterator[Submission]:
    at = play.ended + (rng.uniform(0, 30) * HOUR if rng.random() < LATE else 5 * SECOND)
    listen = _listen(play, track, player, is_linked=rng.random() < LINKED)
    for again in range(1 + (rng.random() < AGAIN)):
        yield Submission(at + again * HOUR, play, listen)


def _listen(play: Played, track: Track, player: int, *, is_linked: bool) -> bytes:
    """The second player notices a play a second later."""
    info = {"duration_ms": track.duration_ms, "submission_client": f"player {player}"}
    if is_linked and not play.is_local:
        info["spotify_id"] = f"https://open.spotify.com/track/{str(track.uri)[-22:]}"
    names = {"artist_name": track.artists[0].name, "track_name": track.name}
    metadata = {**names, "additional_info": info}
    return json.dumps({"listened_at": int(play.began.timestamp()) + player, "track_metadata": metadata}).encode()

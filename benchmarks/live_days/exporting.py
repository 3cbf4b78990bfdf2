"""The exports that a listener imports at the end, in any order: two extended ones, and the account's data."""

import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.live_days.chance import Chance
from benchmarks.live_days.listening import Listening, Played
from benchmarks.live_days.truth import Truth
from collect.exports.streaming_history import import_history
from collect.progress import ImportProgress
from demo.export import write_account_zip, write_extended_zip
from demo.listener import Heard
from music import Track
from people.accounts import Account

EARLIER = 0.6  # of the time, for the older of the two extended exports
YEAR = timedelta(days=365)


def import_exports(listening: Listening, truth: Truth, account: Account) -> None:
    rng = Chance(f"exports {listening.seed}")
    told = [play for play in listening.plays if play.device != "other" and not play.is_local]
    last_year = [play for play in told if play.ended > told[-1].ended - YEAR]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.zip" for name in ("older", "newer", "account")]
        write_extended_zip(paths[0], _heard(told[: int(len(told) * EARLIER)]))
        write_extended_zip(paths[1], _heard(told))
        write_account_zip(paths[2], _heard(last_year))
        for path in rng.sample(paths, len(paths)):
            import_history(account.id, [path], ImportProgress(lambda *_: None))
    for play in told:
        truth.tell(play, "extended")


def _heard(plays: list[Played]) -> list[Heard]:
    return [
        Heard(
            ended_at=play.ended, started_at=play.began, ms_played=play.listened_ms,
            track=play.item if isinstance(play.item, Track) else None,
            episode=None if isinstance(play.item, Track) else (str(play.item.uri), str(play.item.name), "Tidal Talk"),
            reason_start="trackdone", reason_end="trackdone", shuffle=False, skipped=False, offline=False,
            incognito=play.device == "private", platform="android", country="DE", context_uri=None,
        )
        for play in plays
    ]  # fmt: skip

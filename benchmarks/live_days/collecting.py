"""Collect one account as the programs do, without what they would do in vain.

Most looks at a player show that what played goes on, and most pages of recently-played are those of the poll before.
What such looks leave is computed with the functions that the program uses, and stored before anything else happens;
every so often one is made all the same, and compared.
"""

import json
from datetime import datetime, timedelta

import msgspec

from benchmarks.live_days.instance import Instance
from benchmarks.live_days.recently import Recently
from benchmarks.live_days.truth import Truth
from collect.live.hearing import observe
from collect.live.pace import wait
from collect.live.polling import Looked, look
from collect.live.storing import Watch, load
from collect.outcomes import Outcome, Report
from collect.recent import collect_account
from db.collecting.live import LONGEST_WAIT, StoredWatch, store_watch, stored_watch
from db.collecting.waits import TOLERATED
from db.engine.connection import connected
from db.people.scan_modes import ScanMode, pauses_of, scanning_of
from demo.fake_player import PATH, SCOPE
from demo.fake_wire import Request
from people.accounts import Account
from spotify.player import Shown, read_shown

MADE = 0.004  # the share of calls that are made although they could be left out
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
POLL_EVERY = 20 * MINUTE
UNWATCHED = 10 * MINUTE  # until it is seen whether the account wants to be watched
MISSED = 0.01
REQUEST = Request("GET", f"https://api.spotify.com{PATH}?additional_types=track,episode", {}, b"")


class Collecting:
    """Collects one account; `look` and `poll` return when to do so again, on Spotify's clock."""

    def __init__(self, instance: Instance, username: str, recently: Recently, truth: Truth) -> None:
        self.instance, self.username, self.recently, self.truth = instance, username, recently, truth
        self.mode: ScanMode = "recent"
        self.is_paused = False
        self.version: int | None = None
        self.decided_at: datetime | None = None  # when `next_at` was, on the machine's clock
        self.different = 0
        with connected():
            self.account_id = instance.account(username).id
        self.reload()

    def reload(self) -> None:
        """Read what is stored."""
        with connected():
            (self.watch, self.shown_at), stored = load(self.account_id), stored_watch(self.account_id)
            scanning, self.pauses = scanning_of(self.account_id), pauses_of(self.account_id)
        self.next_at = stored.next_at if stored else None
        self.mode, self.is_paused = scanning.mode, scanning.paused_since is not None
        self.is_stored = True

    def flush(self) -> None:
        """Store the results of all looks since the last one that was made."""
        if self.is_stored or self.next_at is None or self.decided_at is None:
            return
        with connected():
            watched = msgspec.json.encode(self.watch).decode()
            store_watch(self.account_id, StoredWatch(watched, self.shown_at, self.next_at), self.decided_at)
        self.is_stored = True

    def look(self, now: datetime) -> datetime:
        if self.mode == "recent" or self.is_paused:
            return now + UNWATCHED
        if self.instance.rng.random() < MISSED:
            return now + self.instance.rng.uniform(1, 10) * MINUTE
        machine = self.instance.machine()
        if self.next_at is not None and self.next_at > machine and not self._was_set_back(machine):
            return now + max(self.next_at - machine, timedelta(milliseconds=1))
        self._look(now, machine)
        return now + (max(self.next_at - self.instance.machine(), SECOND) if self.next_at else MINUTE)

    def _was_set_back(self, machine: datetime) -> bool:
        return self.decided_at is not None and self.decided_at > machine + TOLERATED

    def _look(self, now: datetime, machine: datetime) -> None:
        self.decided_at = machine
        predicted = None if self.instance.is_troubled or not self.instance.has_budget else self._predicted(machine)
        if predicted is not None and self.instance.rng.random() >= MADE:
            self.watch, self.shown_at, self.next_at = predicted
            self.is_stored = False
            self._called("live", 1, now)
            self.instance.count_later()
            self.truth.looked(now, self.mode)
            return
        self.flush()
        self.instance.store_counts()
        looked = self.instance.run(lambda account: look(self.instance.spotify, account), self.username)
        self._looked(looked, now)
        self.reload()
        if predicted is not None and looked and not looked.problem:
            self.different += _in_json(*predicted) != _in_json(self.watch, self.shown_at, self.next_at)

    def _looked(self, looked: Looked | None, now: datetime) -> None:
        self._called("live", sum(PATH in request.url for request in self.instance.fake.requests), now)
        if looked is None:
            return
        if looked.problem:
            self.instance.note_trouble(now + max(looked.next_at - self.instance.machine(), timedelta()))
        else:
            self.truth.looked(now, self.mode)

    def _called(self, kind: str, times: int, now: datetime) -> None:
        self.truth.calls[f"{kind} {now:%Y-%m-%d}"] += times
        if kind == "live":
            self.instance.called(now, times)

    def _has_paused(self) -> bool:
        polled_at = self.watch.watched.polled_at
        return bool(self.pauses) and (polled_at is None or self.pauses[-1].until > polled_at)

    def _predicted(self, machine: datetime) -> tuple[Watch, datetime | None, datetime] | None:
        """The state after a look; None if it would store a play."""
        if self._has_paused():
            return None
        shown = self._shown(machine)
        watched, ended = observe(self.watch.watched, shown)
        if ended:
            return None
        shown_at = shown.at if shown.item is not None or self.shown_at is None else self.shown_at
        next_at = machine + min(wait(watched, shown_at, in_full=self.mode == "live"), LONGEST_WAIT)
        return Watch(watched, self.watch.awaited), shown_at, next_at

    def _shown(self, machine: datetime) -> Shown:
        answer = self.instance.fake.player.answer(REQUEST, self.username, SCOPE)
        date = self.instance.clock.now.replace(microsecond=0)
        ahead = machine - date if abs(machine - date) > timedelta(seconds=2) else timedelta()
        return read_shown(json.loads(answer.body) if answer and answer.body else None, machine - ahead)

    def poll(self, now: datetime) -> datetime:
        if self.instance.rng.random() >= MISSED and not self._is_known(now):
            self.flush()
            self._polled(self.instance.run(self._collect, self.username), now)
            self.reload()
        elif self.version is not None:
            self._called("recent", 1, now)
        return now + POLL_EVERY

    def _is_known(self, now: datetime) -> bool:
        """Whether a poll would change nothing."""
        is_idle = self.mode != "recent" or self.watch.watched.hearing is None
        is_same = self.version == self.recently.version(now) and is_idle and not self.watch.awaited
        return self.is_paused or (is_same and not self.instance.is_troubled and self.instance.rng.random() >= MADE)

    def _collect(self, account: Account) -> Report:
        return collect_account(self.instance.spotify, account)

    def _polled(self, report: Report | None, now: datetime) -> None:
        self._called("recent", sum("recently-played" in request.url for request in self.instance.fake.requests), now)
        if report is None or report.outcome is Outcome.BUSY:  # the lock of a killed run
            return
        if report.outcome is Outcome.COLLECTED:
            self.version = self.recently.version(now)
            for play in self.recently.page(now):
                if not any(pause.covers(play.ended) for pause in self.pauses):
                    self.truth.tell(play, "recent")
        elif report.outcome is Outcome.RECONNECT:
            self.instance.connect(self.username)  # a listener who sees it at once
        else:
            self.instance.note_trouble(now)


def _in_json(*left: object) -> bytes:
    return msgspec.json.encode(left)

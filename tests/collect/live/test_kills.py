"""Live collecting killed between any two statements: every play is stored once, as if nothing had happened."""

import random
from functools import partial

import pytest

from collect.live.polling import look
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from db.people.scan_modes import set_scan_mode
from demo.fake_player import Change
from people.accounts import account_named
from tests.collect.live.lives import Player, song
from tests.fake import NOON, World, world
from tests.suite.killed import is_killed
from tests.suite.random_cases import is_nightly

LIVES = 60 if is_nightly() else 3
STATEMENTS = 60  # more than a look that stores a play takes, so that some looks end before their kill comes
STORED = "SELECT uri, ms_played FROM play JOIN track ON track.id = track_id WHERE account_id = %s ORDER BY played_at"


def look_at(here: World, username: str) -> None:
    with connected():
        account = account_named(username)
    looked = None
    while looked is None:  # the server has not noticed yet that whoever held the lock is gone
        with connected():
            rows("UPDATE live_watch SET next_at = %s WHERE account_id = %s RETURNING 1", here.clock.now, account.id)
        looked = look(here.spotify, account)
    assert not looked.problem


@pytest.mark.parametrize("seed", range(LIVES))
def test_every_play_is_stored_once_whatever_is_killed(database_url: str, seed: int) -> None:
    rng, here, username = random.Random(seed), world(), f"listener{seed}"
    player = Player()
    for number in range(4):
        player.hear(song(number, 100 + number))
    with connected():
        ensure_accounts([username], "UTC")
        set_scan_mode(account_named(username).id, "live")
    here.fake.add_listener(username)
    here.fake.player.play(username, [*player.changes, Change(player.now, None)])
    here.clock.now = NOON
    here.connect(username)
    with connected():
        account = account_named(username)
    while here.clock.now < player.now + (player.now - NOON) / 4:
        if rng.random() < 0.5:
            is_killed(partial(look, here.spotify, account), database_url, rng.randrange(STATEMENTS))
        look_at(here, username)
        here.clock.forward(seconds=20)
    with connected():
        stored = rows(STORED, account_named(username).id)
    assert stored == [(play.uri, play.listened_ms) for play in player.plays]

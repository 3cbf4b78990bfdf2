"""Ask ReccoBeats, if the operator has chosen it, how tracks sound."""

from functools import partial

from db.enrichment.facts import save_sounds
from db.enrichment.forgetting import forget_sounds_by
from db.enrichment.lookups import save_lookups
from db.enrichment.queue import spotify_ids
from enrich.music.calls import Calls, stored_at_once
from metadata.facts import Sound
from metadata.reccobeats import MOST_SOUNDS, SERVICE, ReccoBeats


def measure_sounds(calls: Calls) -> int:
    """Ask for 40 tracks. Without the service, nothing of it is kept."""
    client = calls.services.client(ReccoBeats)
    if client is None:
        forget_sounds_by(SERVICE)
        return 0
    wanted = spotify_ids(MOST_SOUNDS, calls.now())
    if not wanted or not calls.is_available(SERVICE):
        return 0
    sounds = calls.ask(SERVICE, "sound", partial(client.sounds, wanted))
    if sounds is not None:
        with stored_at_once():
            save_lookups("sound", wanted, [sound.spotify_id for sound in sounds], calls.now())
            save_sounds(SERVICE, [_row(sound) for sound in sounds], calls.now())
    return 1


def _row(sound: Sound) -> tuple[object, ...]:
    return sound.spotify_id, sound.energy, sound.valence, sound.danceability, sound.acousticness, sound.tempo

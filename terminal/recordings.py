"""`recordings`: see and change which tracks count as one recording."""

import argparse
import json
from dataclasses import asdict

from db.engine.connection import connected
from insights.items.recordings import PlayedTrack, Recording, recordings
from people.accounts import account_named
from people.recordings import join_recordings, split_recording, undo_choice
from printing import say
from terminal.commands import Commands

A_TRACK = "a URI, a link, or the number of a track in the list"
CHOICES = {"alone": "split off by you", "joined": "joined by you"}


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("recordings", help="see and change which tracks count as one recording")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = _action(actions, "list", "list tracks that count as one, and why")
    listing.add_argument("--json", action="store_true", help="print one JSON array")
    listing.set_defaults(run=run_list)
    splitting = _action(actions, "split", "always count a track by itself", "track")
    splitting.set_defaults(run=run_split)
    joining = _action(actions, "join", "always count two tracks as one recording", "track", "other")
    joining.set_defaults(run=run_join)
    forgetting = _action(actions, "forget", "undo a decision about a track", "track")
    forgetting.set_defaults(run=run_forget)


def _action(actions: Commands, name: str, purpose: str, *tracks: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("--user", required=True, help="the account")
    for track in tracks:
        parser.add_argument(track, metavar=track.upper(), help=A_TRACK)
    return parser


def run_list(options: argparse.Namespace) -> int:
    with connected():
        shown = recordings(account_named(options.user).id)
    if options.json:
        say(json.dumps([{"plays": recording.plays, **asdict(recording)} for recording in shown]))
    elif not shown:
        say("No tracks count as one: each is a recording by itself.")
    else:
        first, *others = map(_lines, shown)
        say(*first, *(line for lines in others for line in ("", *lines)))
    return 0


def run_split(options: argparse.Namespace) -> int:
    with connected():
        split_recording(account_named(options.user), options.track)
    say("The track counts by itself from now on.")
    return 0


def run_join(options: argparse.Namespace) -> int:
    with connected():
        join_recordings(account_named(options.user), options.track, options.other)
    say("The two tracks count as one recording from now on.")
    return 0


def run_forget(options: argparse.Namespace) -> int:
    with connected():
        undo_choice(account_named(options.user), options.track)
    say("The decision is undone: the track is matched automatically again.")
    return 0


def _lines(recording: Recording) -> list[str]:
    first = recording.tracks[0]
    heading = f"{first.artist or '?'} - {first.title or '?'}: {_plays(recording.plays)}"
    return [heading, *map(_line, recording.tracks)]


def _line(track: PlayedTrack) -> str:
    parts = [track.uri or "known by its names only", track.title or "?", _length(track.duration_ms)]
    why = CHOICES.get(track.choice or "") or track.evidence or "others were joined to it by you"
    return f"{track.id:>8}  {', '.join(parts)}, {_plays(track.plays)}: {why}"


def _plays(count: int) -> str:
    return f"{count:,} {'play' if count == 1 else 'plays'}"


def _length(duration_ms: int | None) -> str:
    """Minutes and seconds."""
    if duration_ms is None:
        return "length unknown"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02}"

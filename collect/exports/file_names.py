"""Recognise by its name whether a file is listening history, or must never be opened."""

import re
from pathlib import PurePosixPath

NOT_MUSIC = ("video", "podcast", "audiobook")  # in file names: only a part of what was played, and not only music
COVERAGE = "Insight_Coverage.json"  # the coverage of our own exports: collect/exports/own_coverage.py
HISTORY = re.compile(
    r"(Streaming_History_(Audio|Video)|endsong|endvideo|StreamingHistory(_(music|podcast|audiobook)_?)?|Insight_Reports)"
    r".*\.json",
    re.IGNORECASE,
)
LISTENS = re.compile(r"(.*/)?(listens/.*|listens?[^/]*)\.jsonl", re.IGNORECASE)
# What copying adds to a name: "Copy of …", "… (1)", "… - Copy", "… copy 2".
COPIED = re.compile(r"^(?:Copy of |Kopie von )+|(?: ?\(\d+\)| - Copy| - Kopie| copy(?: \d+)?)+(?=\.|$)", re.IGNORECASE)
# Identity, payments, inferences: private, irrelevant, and never opened.
OTHER_SPOTIFY = re.compile(
    r"(Userdata|UserAddress|Identity|Identifiers|Payments|Playlist\d*|PlaylistInABottle|YourLibrary|SearchQueries"
    r"|Inferences|Marquee|Follow|CustomerService.*|FamilyPlan|DuoNewFamily|Wrapped\d*|YourSoundCapsule|MessageData"
    r"|AddressHistory|BannedUsers|Podcast(Interactivity|Rated).*|UserPrompts|Read_?Me.*)\.(json|pdf|html?|txt)",
    re.IGNORECASE,
)
TECHNICAL_LOG = re.compile(r"Technical Log Information", re.IGNORECASE)
OF_LISTENBRAINZ = {
    "feedback.jsonl": "ListenBrainz's feedback (loved and hated tracks), not listens",
    "user.json": "about the user, not listens",
    "pinned_recording.jsonl": "ListenBrainz's pinned recordings, not listens",
}
OF_THE_SYSTEM = {".ds_store", "thumbs.db", "desktop.ini"}
PACKED = {".tar", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"}  # a message asks to unpack these
MAY_BE_HISTORY = {"", ".json", ".jsonl", ".ndjson", ".csv", ".txt", ".gz", ".zip", *PACKED}


def base_name(name: str) -> str:
    """The name without folders, and without what copying added."""
    return COPIED.sub("", PurePosixPath(name).name)


def is_history(name: str) -> bool:
    """Whether streaming history from Spotify or from this service has such a name."""
    return HISTORY.fullmatch(base_name(name).removesuffix(".gz").removesuffix(".GZ")) is not None


def is_listens(name: str) -> bool:
    return LISTENS.fullmatch(name) is not None


def reason_to_leave_out(name: str) -> str | None:
    """Why a file of this name is not opened; None if its content decides."""
    path, base = PurePosixPath(name), base_name(name)
    if "__MACOSX" in path.parts or path.name.startswith("._") or base.lower() in OF_THE_SYSTEM:
        return "made by the operating system"
    if base.lower() in OF_LISTENBRAINZ:
        return OF_LISTENBRAINZ[base.lower()]
    if TECHNICAL_LOG.search(name):
        return "Spotify's technical log, not streaming history"
    if OTHER_SPOTIFY.fullmatch(base):
        return "another file of Spotify's export, not streaming history"
    if path.suffix.lower() not in MAY_BE_HISTORY and not is_history(name):
        return "not a JSON, CSV, gzip or zip file"
    return None

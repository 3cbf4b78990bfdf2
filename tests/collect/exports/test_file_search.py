"""Files under any name, packed or not: what is recognised by its content, and why the rest is left out."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from collect.exports import unpacking
from collect.exports.archives import UnreadableExport, look_through
from tests.collect.export_files import as_json, extended_row, spotify_zip

ROWS = as_json(extended_row(1), extended_row(2))
ACCOUNT_ROWS = as_json({"endTime": "2023-05-01 12:34", "artistName": "A", "trackName": "B", "msPlayed": 1})
LISTEN = json.dumps({"listened_at": 1, "track_metadata": {"artist_name": "A", "track_name": "B"}}).encode() + b"\n"
OTHER = "another file of Spotify's export, not streaming history"
NO_ROWS = "no rows of streaming history, listens or scrobbles in it"
SYSTEM = "made by the operating system"


def tar_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def folder_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def zip_of(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def search(scratch: Path, *paths: Path) -> tuple[dict[str, tuple[int, str, bytes]], dict[str, str]]:
    """What is read (export, rows, content), and what is left out and why, both by name."""
    findings, read = look_through(paths, scratch), {}
    for file in findings.files:
        with file.open() as stream:
            read[file.name] = (file.export_no, file.format.rows, stream.read())
        assert file.size == len(read[file.name][2])
    return read, {file.name: file.reason for file in findings.left_out}


RENAMED = {
    "2014-2018.json": ROWS,
    "Copy of endsong_0.json": ROWS,
    "Streaming_History_Audio_2019_1 (1).json": ROWS,
    "UPPER.JSON": ROWS,
    "with a mark.json": b"\xef\xbb\xbf" + ROWS,
    "with carriage returns.json": ROWS.replace(b", ", b",\r\n"),
    "deep/er/no ending": ROWS,
    "account.json": ACCOUNT_ROWS,
    "history.txt": ROWS,
    "rows.jsonl": b"\n".join(json.dumps(extended_row(number)).encode() for number in range(3)),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_renamed_file_is_recognised_by_its_rows(tmp_path: Path, scratch: Path, packed: bool) -> None:
    place = spotify_zip(tmp_path / "my.zip", RENAMED) if packed else folder_of(tmp_path / "my", RENAMED)
    read, left_out = search(scratch, place)
    assert {name: content for name, (_, _, content) in read.items()} == RENAMED
    assert {rows for _, rows, _ in read.values()} == {"spotify"}
    assert left_out == {}


FOREIGN = {
    "Spotify Account Data/Userdata.json": (b'{"username": "x"}', OTHER),
    "Spotify Account Data/Playlist1.json": (b"{}", OTHER),
    "Spotify Account Data/Userdata (1).json": (b"{}", OTHER),
    "Spotify Account Data/YourLibrary.json": (b"{}", OTHER),
    "Spotify Account Data/SearchQueries.json": (b"[]", OTHER),
    "Spotify Account Data/Inferences.json": (b"{}", OTHER),
    "Spotify Account Data/Marquee.json": (b"[]", OTHER),
    "Read_Me_First.pdf": (b"%PDF", OTHER),
    "Spotify Technical Log Information/Download.json": (ROWS, "Spotify's technical log, not streaming history"),
    "__MACOSX/._endsong_0.json": (ROWS, SYSTEM),
    "__MACOSX/endsong_0.json": (ROWS, SYSTEM),
    "._endsong_1.json": (ROWS, SYSTEM),
    ".DS_Store": (b"", SYSTEM),
    "cover.jpg": (b"\xff\xd8", "not a JSON, CSV, gzip or zip file"),
    "notes.json": (b'{"a": [1, 2]}', NO_ROWS),
    "unknown.json": (b"[]", "an empty list"),
    "nothing.json": (b"", "empty"),
    "loved.json": (b'{"lovedtracks": {"track": [{"artist": "A", "name": "B", "date": {"uts": "1"}}]}}', NO_ROWS),
    "playlists.csv": (b"Track URI,Track Name,Artist Name(s),Added At\n", NO_ROWS),
    "feedback.jsonl": (b'{"score": 1}\n', "ListenBrainz's feedback (loved and hated tracks), not listens"),
    "pinned_recording.jsonl": (b'{"created": 1}\n', "ListenBrainz's pinned recordings, not listens"),
    "user.json": (b"{}\n", "about the user, not listens"),
    "listens/2025/9.jsonl": (b"", "empty"),
    "old.tgz": (gzip.compress(tar_of("endsong_0.json", ROWS)), "packed as tar: unpack it first"),
    "endsong_9.tar.gz": (gzip.compress(tar_of("endsong_0.json", ROWS)), "packed as tar: unpack it first"),
    "my_spotify_data.tar": (tar_of("endsong_0.json", ROWS), "packed as tar: unpack it first"),
    "endsong_0.json.bz2": (bz2.compress(ROWS), "packed as bzip2: unpack it first"),
    "endsong_0.json.xz": (lzma.compress(ROWS), "packed as xz: unpack it first"),
    "my_spotify_data.7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "packed as 7z: unpack it first"),
    "my_spotify_data.rar": (b"Rar!\x1a\x07\x00", "packed as rar: unpack it first"),
    "endsong_0.json.zst": (b"\x28\xb5\x2f\xfd\x04", "packed as zstd: unpack it first"),
    "broken.zip": (b"PK\x03\x04 broken", "broken.zip is not a complete zip: download it again."),
    "broken.gz": (b"\x1f\x8b broken", "broken.gz is not a complete gzip file: download it again."),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_every_file_that_is_not_read_is_named_with_the_reason(tmp_path: Path, scratch: Path, packed: bool) -> None:
    files = {"endsong_0.json": ROWS, **{name: content for name, (content, _) in FOREIGN.items()}}
    place = spotify_zip(tmp_path / "my.zip", files) if packed else folder_of(tmp_path / "my", files)
    read, left_out = search(scratch, place)
    assert list(read) == ["endsong_0.json"]
    assert left_out == {name: reason for name, (_, reason) in FOREIGN.items()}


def test_listenbrainz_zip_and_its_old_array_are_listens(tmp_path: Path, scratch: Path) -> None:
    folder_of(
        tmp_path,
        {"alice_lb-2023-02-11.json": b"[" + LISTEN + b"]", "answer.json": b'{"payload": {"listens": [%b]}}' % LISTEN},
    )
    export = spotify_zip(tmp_path / "listenbrainz_a_1.zip", {"listens/2025/10.jsonl": LISTEN, "feedback.jsonl": b"{}"})
    read, left_out = search(scratch, export, tmp_path / "alice_lb-2023-02-11.json", tmp_path / "answer.json")
    assert {name: rows for name, (_, rows, _) in read.items()} == dict.fromkeys(
        ("listens/2025/10.jsonl", "alice_lb-2023-02-11.json", "answer.json"), "listenbrainz"
    )
    assert list(left_out) == ["feedback.jsonl"]


PACKED = {
    "endsong_0.json.gz": gzip.compress(ROWS),
    "endsong_1.json": gzip.compress(ROWS),
    "export.zip.gz": gzip.compress(zip_of({"endsong_2.json": ROWS})),
    "old/my_spotify_data.zip": zip_of({"MyData/endsong_3.json": ROWS, "MyData/Identity.json": b"{}"}),
    "twice.zip": zip_of({"inner.zip": zip_of({"endsong_4.json.gz": ROWS})}),
}
UNPACKED = {
    "endsong_0.json.gz", "endsong_1.json", "export.zip.gz/endsong_2.json",
    "old/my_spotify_data.zip/MyData/endsong_3.json", "twice.zip/inner.zip/endsong_4.json.gz",
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_packed_files_are_unpacked_and_inner_zips_are_exports_of_their_own(
    tmp_path: Path, scratch: Path, packed: bool
) -> None:
    place = spotify_zip(tmp_path / "my.zip", PACKED) if packed else folder_of(tmp_path / "my", PACKED)
    read, left_out = search(scratch, place)
    assert {name: content for name, (_, _, content) in read.items()} == dict.fromkeys(UNPACKED, ROWS)
    assert len({export_no for export_no, _, _ in read.values()}) == 4, "loose in the folder or zip, and three zips"
    assert left_out == {"old/my_spotify_data.zip/MyData/Identity.json": OTHER}


def test_a_packed_file_can_be_named_by_itself(tmp_path: Path, scratch: Path) -> None:
    folder_of(tmp_path, PACKED)
    read, _ = search(scratch, tmp_path / "endsong_0.json.gz", tmp_path / "export.zip.gz")
    assert list(read) == ["endsong_0.json.gz", "export.zip.gz/endsong_2.json"]
    assert [export_no for export_no, _, _ in read.values()] == [0, 3]


def test_too_many_wrappings_are_left_out(tmp_path: Path, scratch: Path) -> None:
    content = ROWS
    for _ in range(4):
        content = gzip.compress(content)
    folder_of(tmp_path, {"endsong_0.json": ROWS, "deep.gz": content})
    assert search(scratch, tmp_path)[1] == {"deep.gz": "inside too many other archives: unpack it first"}


def test_a_gzip_bomb_is_left_out_before_it_fills_the_disk(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "RATIO_FROM", 1024**2)
    bomb = gzip.compress(b"[" + b" " * 50 * 1024**2)
    folder_of(tmp_path, {"endsong_0.json": ROWS, "bomb.gz": bomb, "inner.zip": zip_of({"bomb.json.gz": bomb})})
    _, left_out = search(scratch, tmp_path)
    refusal = "unpacks to more than 200 times its size: unpack it yourself first."
    assert left_out == {
        "bomb.gz": f"bomb.gz {refusal}",
        "inner.zip/bomb.json.gz": f"inner.zip/bomb.json.gz {refusal}",
    }
    assert sum(path.stat().st_size for path in scratch.iterdir()) < 1024**2, "only the inner zip is on the disk"
    folder_of(tmp_path / "named", {"endsong_1.json.gz": bomb})
    with pytest.raises(UnreadableExport, match="unpacks to more than 200 times"):
        search(scratch, tmp_path / "named")


def test_a_zip_bomb_in_a_zip_is_left_out_whole(tmp_path: Path, scratch: Path) -> None:
    inner = zip_of({"endsong_0.json": ROWS, "endsong_1.json": b"[" + b" " * 70 * 1024**2 + b"]"})
    place = spotify_zip(tmp_path / "my.zip", {"endsong_9.json": ROWS, "inner.zip": inner})
    read, left_out = search(scratch, place)
    assert list(read) == ["endsong_9.json"]
    assert list(left_out) == ["inner.zip"]
    assert "unpacks to more than 200 times its size" in left_out["inner.zip"]


def test_a_member_in_an_unsupported_compression_is_left_out_and_the_others_are_read(
    tmp_path: Path, scratch: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "my.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("odd.json", ROWS)
        archive.writestr("endsong_0.json", ROWS, zipfile.ZIP_DEFLATED)
    read, left_out = search(scratch, tmp_path / "my.zip")
    assert (list(read), left_out) == (["endsong_0.json"], {"odd.json": "is packed neither plainly nor with Deflate"})


def test_links_are_not_followed_out_of_a_folder(tmp_path: Path, scratch: Path) -> None:
    folder_of(tmp_path, {"elsewhere.json": ROWS, "my/endsong_0.json": ROWS, "my/sub/endsong_1.json": ROWS})
    (tmp_path / "my/out.json").symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "my/again").symlink_to(tmp_path / "my/sub", target_is_directory=True)
    (tmp_path / "my/loop").symlink_to(tmp_path, target_is_directory=True)
    read, left_out = search(scratch, tmp_path / "my")
    assert list(read) == ["endsong_0.json", "sub/endsong_1.json"]
    out = f"is a link that leads out of {tmp_path / 'my'}: put the file itself there."
    again = "a link to a folder, whose files are read where they are"
    assert left_out == {"again": again, "loop": out, "out.json": out}


@pytest.mark.parametrize("content", [b"", b"not JSON", b'[{"ts": 20 23'], ids=["empty", "text", "cut off"])
def test_damaged_history_is_not_taken_for_something_else(tmp_path: Path, scratch: Path, content: bytes) -> None:
    """A file named like history is read, so that the import reports where it is damaged."""
    folder_of(tmp_path, {"endsong_0.json": content})
    assert list(search(scratch, tmp_path)[0]) == ["endsong_0.json"]

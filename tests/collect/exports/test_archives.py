"""Which files in zips and folders are history, and which zips, folders and files are refused."""

import os
import struct
import zipfile
from pathlib import Path

import pytest

from collect.exports import archives, zips
from collect.exports.archives import UnreadableExport, find_history
from collect.exports.remedies import WHOLE_ZIP
from tests.collect.export_files import ACCOUNT, EXTENDED, as_json, spotify_zip

ROWS = as_json({"a": 1})


def history_files(*paths: Path) -> list[tuple[int, str, bool, bool, bytes]]:
    """(export, name, whole, lines, content) of each file."""
    files = []
    for file in find_history(paths):
        with file.open() as stream:
            content = stream.read()
        assert file.size == len(content)
        files.append((file.export_no, file.name, file.whole, file.lines, content))
    return files


def refusal(*paths: Path) -> str:
    with pytest.raises(UnreadableExport) as refused:
        history_files(*paths)
    return str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        f"{EXTENDED}/Streaming_History_Audio_2019-2021_3.json",
        f"{EXTENDED}/Streaming_History_Video_2019.json",
        f"{ACCOUNT}/StreamingHistory_music_0.json",
        f"{ACCOUNT}/StreamingHistory_podcast_0.json",
        f"{ACCOUNT}/StreamingHistory_audiobook_0.json",
        "MyData/endsong_0.json",
        "MyData/endvideo.json",
        "MyData/StreamingHistory0.json",
        "StreamingHistory.json",
    ],
)
def test_every_name_that_spotify_gives_is_history(tmp_path: Path, name: str) -> None:
    export = spotify_zip(tmp_path / "my_spotify_data.zip", {name: ROWS})
    assert history_files(export) == [(1, name, True, False, ROWS)]


def test_files_other_than_history_are_never_opened(tmp_path: Path) -> None:
    foreign = (
        "MyData/Identity.json", "MyData/Payments.json", "MyData/Inferences.json", "MyData/ReadMeFirst.pdf",
        "__MACOSX/MyData/endsong_0.json", "MyData/._endsong_0.json", "MyData/old.zip", "MyData/../../Userdata.json",
    )  # fmt: skip
    export = spotify_zip(tmp_path / "export.zip", {**dict.fromkeys(foreign, b"\xff"), "MyData/endsong_0.json": ROWS})
    assert history_files(export) == [(1, "MyData/endsong_0.json", True, False, ROWS)]


def test_files_are_sorted_by_name_within_exports_in_the_order_of_the_arguments(tmp_path: Path) -> None:
    first = spotify_zip(tmp_path / "b.zip", {"z/endsong_1.json": b"[1]", "a/endsong_2.json": b"[2]"})
    (tmp_path / "folder/sub").mkdir(parents=True)
    (tmp_path / "folder/sub/endsong_4.json").write_bytes(b"[4]")
    (tmp_path / "folder/endsong_3.json").write_bytes(b"[3]")
    (tmp_path / "any name.json").write_bytes(b"[5]")
    assert history_files(tmp_path / "any name.json", first, tmp_path / "folder") == [
        (0, "any name.json", False, False, b"[5]"),
        (2, "a/endsong_2.json", True, False, b"[2]"),
        (2, "z/endsong_1.json", True, False, b"[1]"),
        (3, "endsong_3.json", True, False, b"[3]"),
        (3, "sub/endsong_4.json", True, False, b"[4]"),
    ]


def test_listenbrainz_exports_are_lines(tmp_path: Path) -> None:
    export = spotify_zip(tmp_path / "listenbrainz.zip", {"listens/2024/1.jsonl": b"{}\n", "user.json": b"{}"})
    (tmp_path / "listens.jsonl").write_bytes(b"{}")
    assert history_files(export, tmp_path / "listens.jsonl") == [
        (1, "listens/2024/1.jsonl", True, True, b"{}\n"),
        (0, "listens.jsonl", False, True, b"{}"),
    ]


def test_backslashes_are_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "windows.zip", "w") as archive:
        archive.writestr("MyData\\endsong_0.json", ROWS)
        archive.writestr("MyData\\", b"")
    assert history_files(tmp_path / "windows.zip") == [(1, "MyData/endsong_0.json", True, False, ROWS)]


def test_a_zip64_is_a_zip(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "large.zip", "w") as archive,
        archive.open("endsong_0.json", "w", force_zip64=True) as member,
    ):
        member.write(ROWS)
    assert history_files(tmp_path / "large.zip") == [(1, "endsong_0.json", True, False, ROWS)]


@pytest.mark.parametrize(
    "name", ["../endsong_0.json", "/etc/endsong_0.json", "C:\\endsong_0.json", "a/../endsong.json"]
)
def test_a_name_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    export = spotify_zip(tmp_path / "out.zip", {name: ROWS})
    assert refusal(export) == f"{name.replace(chr(92), '/')} in out.zip has a name that leads out of it: {WHOLE_ZIP}"


def one_member(path: Path, **header: int) -> Path:
    """A zip with one member, whose header has these values, true or not."""
    member = zipfile.ZipInfo("endsong_0.json")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, ROWS, zipfile.ZIP_DEFLATED)
        for field, value in header.items():
            setattr(member, field, value)
    return path


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ({"external_attr": 0o120777 << 16}, "is a link or a device, and not a file"),
        ({"external_attr": 0o010777 << 16}, "is a link or a device, and not a file"),
        ({"flag_bits": 1}, "is encrypted"),
        ({"compress_type": 9}, "is packed neither plainly nor with Deflate"),
        ({"compress_type": zipfile.ZIP_BZIP2}, "is packed neither plainly nor with Deflate"),
        ({"file_size": 2**31 + 1}, "unpacks to more than 2147483648 bytes"),
        ({"file_size": 2**27}, "unpacks to more than 200 times its size"),
    ],
)
def test_a_member_that_cannot_be_history_is_refused(tmp_path: Path, sizes: dict[str, int], reason: str) -> None:
    export = one_member(tmp_path / "odd.zip", **sizes)
    assert refusal(export) == f"endsong_0.json in odd.zip {reason}: {WHOLE_ZIP}"


@pytest.mark.parametrize("second", ["a/endsong_0.json", "A/Endsong_0.JSON"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_the_same_name_are_refused(tmp_path: Path, second: str) -> None:
    with zipfile.ZipFile(tmp_path / "twins.zip", "w") as archive:
        archive.writestr("a/endsong_0.json", ROWS)
        archive.writestr(second, ROWS)
    assert refusal(tmp_path / "twins.zip").endswith(f"is in twins.zip twice (case does not count): {WHOLE_ZIP}")


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w") as archive:
        archive.writestr("endsong_0.json", ROWS)
        archive.writestr("endsong_1.json", ROWS)
        archive.filelist[1].header_offset = 0
    assert refusal(tmp_path / "bomb.zip") == f"endsong_1.json in bomb.zip overlaps another member: {WHOLE_ZIP}"


def test_too_many_members_and_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = spotify_zip(tmp_path / "many.zip", {f"a/endsong_{number}.json": ROWS for number in range(3)})
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    assert refusal(export) == "3 files of history are more than 2: name fewer at a time."
    monkeypatch.setattr(zips, "MOST_MEMBERS", 3)
    assert refusal(export) == f"many.zip has 4 members, more than 3: {WHOLE_ZIP}"


def test_history_larger_than_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = spotify_zip(tmp_path / "much.zip", {f"endsong_{number}.json": ROWS for number in range(3)})
    monkeypatch.setattr(archives, "MOST_BYTES", 3 * len(ROWS) - 1)
    assert refusal(export) == f"The files are larger than {3 * len(ROWS) - 1} bytes together: name fewer at a time."
    monkeypatch.setattr(zips, "MOST_ZIP_BYTES", 5)
    assert refusal(export) == f"much.zip unpacks to more than 5 bytes of history: {WHOLE_ZIP}"


@pytest.mark.parametrize("size", [3, 400], ids=["less than there is", "more than there is"])
def test_a_header_with_a_wrong_size_is_refused(tmp_path: Path, size: int) -> None:
    export = one_member(tmp_path / "liar.zip", file_size=size)
    assert refusal(export) in (
        "endsong_0.json in liar.zip is damaged: download the zip again.",
        "endsong_0.json in liar.zip is not as large as it says: download it again.",
    )


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    export = spotify_zip(tmp_path / "half.zip", {"MyData/endsong_0.json": ROWS})
    export.write_bytes(export.read_bytes()[:-30])
    assert refusal(export) == "half.zip is not a complete zip: download it again."


def test_a_damaged_member_is_refused_when_it_is_read(tmp_path: Path) -> None:
    export = spotify_zip(tmp_path / "bad.zip", {"endsong_0.json": ROWS})
    data = bytearray(export.read_bytes())
    (name_length,) = struct.unpack_from("<H", data, 26)
    data[30 + name_length] ^= 0xFF
    export.write_bytes(data)
    assert refusal(export) == "endsong_0.json in bad.zip is damaged: download the zip again."


def test_pipes_and_devices_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endsong_0.json")
    (tmp_path / "pipe").symlink_to(tmp_path / "endsong_0.json")
    neither = "is neither a file nor a folder: name the zip that Spotify sent."
    for path in (tmp_path / "endsong_0.json", tmp_path / "pipe", Path(os.devnull)):
        assert refusal(path) == f"{path} {neither}"
    ordinary = "is not a regular file: leave it out, or put the file itself there."
    assert refusal(tmp_path) == f"{tmp_path / 'endsong_0.json'} {ordinary}"


def test_a_link_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_bytes(ROWS)
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder/endsong_0.json"
    link.symlink_to(tmp_path / "elsewhere.json")
    out = f"{link} is a link that leads out of {tmp_path / 'folder'}: put the file itself there."
    assert refusal(tmp_path / "folder") == out


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/endsong_1.json").write_bytes(ROWS)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/endsong_0.json").write_bytes(ROWS)
    (tmp_path / "folder/more").symlink_to(tmp_path / "out")
    assert history_files(tmp_path / "folder") == [(1, "endsong_0.json", True, False, ROWS)]


NOTHING = (
    "Nothing to import: no streaming history, listens or scrobbles found. {} Name the zip that Spotify sent (tick "
    "Extended streaming history when you ask for it), the folder it unpacks to, or the export of ListenBrainz, "
    "Last.fm, Maloja or Koito."
)


def test_nothing_to_import_says_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    missing = f"{tmp_path / 'gone'} does not exist: name a zip, a folder or a file of streaming history."
    pdf = NOTHING.format("notes.pdf: not a JSON, CSV, gzip or zip file.")
    assert refusal(tmp_path) == pdf
    assert refusal(spotify_zip(tmp_path / "empty.zip", {"MyData/Identity.json": b"{}"})) == NOTHING.format(
        "MyData/Identity.json: another file of Spotify's export, not streaming history."
    )
    assert refusal(tmp_path / "gone") == missing
    assert refusal(tmp_path / "notes.pdf") == pdf

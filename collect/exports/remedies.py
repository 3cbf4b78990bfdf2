"""What to do about an import that is refused: in words for a terminal, and for a page on which files are uploaded."""

import re

NOT_IMPORTED = "Nothing was imported"
KEEP_READABLE = (
    "Download the export again, or import it with --keep-readable: readable rows are imported, the rest is set aside."
)
WHOLE_ZIP = "name the zip as it was sent, or unpack it and name the folder."
WITH_ITS_COVERAGE = "name the zip or the folder that it is in"
FEWER = "name fewer at a time."
FEWER_UNPACKED = "unpack it yourself, and name fewer files at a time."
ANOTHER_FOLDER = "make room there, or name another folder with TMPDIR."
AN_EXPORT = (
    "Name the zip that Spotify sent (tick Extended streaming history when you ask for it), the folder it unpacks to, "
    "or the export of ListenBrainz, Last.fm, Maloja or Koito."
)
ANOTHER_EXPORT = (
    "name the zip that Spotify sends for Extended streaming history or Account data, or an export of ListenBrainz, "
    "Last.fm, Maloja or Koito."
)
ON_PAGE = {
    KEEP_READABLE: "Download the export again, or tick “If a file is damaged, import the rows that can be read”.",
    WHOLE_ZIP: "upload the zip as it was sent, or unpack it and upload its files.",
    WITH_ITS_COVERAGE: "upload the zip that it is in",
    FEWER: "upload fewer at a time.",
    FEWER_UNPACKED: "unpack it yourself, and upload fewer files at a time.",
    ANOTHER_FOLDER: "ask the person who runs this service to make room.",
    AN_EXPORT: AN_EXPORT.replace("Name the", "Upload the").replace("the folder it unpacks to", "the files in it"),
    ANOTHER_EXPORT: ANOTHER_EXPORT.replace("name the", "upload the"),
}
IN_THE_TITLE = re.compile(rf"{NOT_IMPORTED}(?:: (?P<letter>\w)|\. ?)")  # the page's title says this already


def for_page(sentence: str) -> str:
    """The same refusal, with advice that can be followed on the page."""
    for remedy, instead in ON_PAGE.items():
        sentence = sentence.replace(remedy, instead)
    return IN_THE_TITLE.sub(lambda match: (match["letter"] or "").upper(), sentence).strip()

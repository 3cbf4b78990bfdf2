"""Compare names of different services: without case, accents, punctuation and remarks about the edition."""

import re
import unicodedata

from music import name_key

# As in "Song (feat. B) - 2011 Remaster": titles on Spotify have such remarks, titles on MusicBrainz do not.
EDITION = re.compile(
    r"\s*[(\[](?:feat|ft|with)\b[^)\]]*[)\]]|\s*[(\[][^)\]]*\bremaster[^)\]]*[)\]]|\s+[-\u2013\u2014]\s+[^-\u2013\u2014]*\bremaster.*$",
    re.IGNORECASE,
)


def plain(title: str) -> str:
    """The title without its edition and guests, or unchanged if nothing would be left."""
    return EDITION.sub("", title).strip() or title


def letters(name: str) -> str:
    """The part of a name that is compared; never empty, unless the name is."""
    folded = name_key(name)
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in apart if letter.isalnum()) or folded or name.strip()

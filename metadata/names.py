"""Whether two services mean the same name: without case, accents, punctuation and what a title says of its edition."""

import re
import unicodedata

from music import name_key

# As in "Song (feat. B) - 2011 Remaster": Spotify's titles say it, those of MusicBrainz do not.
EDITION = re.compile(
    r"\s*[(\[](?:feat|ft|with)\b[^)\]]*[)\]]|\s*[(\[][^)\]]*\bremaster[^)\]]*[)\]]|\s+[-\u2013\u2014]\s+[^-\u2013\u2014]*\bremaster.*$",
    re.IGNORECASE,
)


def plain(title: str) -> str:
    """The title without its edition and guests, or as it is where nothing else would be left."""
    return EDITION.sub("", title).strip() or title


def letters(name: str) -> str:
    """What has to be the same in two names that mean the same; never empty for a name that is not."""
    folded = name_key(name)
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in apart if letter.isalnum()) or folded or name.strip()

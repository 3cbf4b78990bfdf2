"""A request for the list of a date: which date, which account, and its listener's feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from db.lists.feedback import TARGETS, Target, Verb, Verdict
from db.lists.recommendations import ListName
from insights.recommendations import RecommendedTrack
from people.accounts import Account
from recommend.list_dates import LISTS, list_date
from recommend.listening.names import album_key, artist_key, song_key
from recommend.nightly import listening_day
from web.handlers.params import one_of
from web.http.errors import Problem, bad_parameter
from web.http.services import services
from web.lists.names import why_no_list
from web.visitors.visitor import visitor

QUESTION = "user-recommendations"  # the name in tokens and links for everything about lists
FORMATS = ("json", "jspf", "m3u", "xspf")
MOST = 100
VerbsByTarget = Mapping[Target, Mapping[int | str, Verb]]


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, where an account's listener lives: the date, and the listening day, which begins at 04:00."""

    now: datetime
    time_zone: str

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def listening_day(self) -> date:
        return listening_day(self.now, self.time_zone)


def moment_of(request: Request, account: Account) -> Moment:
    now = services(request).now()
    return Moment(now, account.zones.at(now))


def named_list(query: Mapping[str, str]) -> ListName:
    """The list that is asked for, by default the daily one. Raises Problem."""
    name = one_of(query, "list", LISTS)
    return next((each for each in LISTS if each == name), "daily")


def day_of_list(requested: date | None, moment: Moment, name: ListName = "daily") -> date:
    """The requested date, by default that of the current list: lists begin at 04:00, as the listening day does."""
    if requested is None:
        return list_date(name, moment.listening_day)
    if requested > moment.today:
        raise bad_parameter("date", f"must not be in the future: it is not {requested} yet in {moment.time_zone}")
    return requested


def no_list(username: str, day: date, latest: date | None, name: ListName = "daily") -> Problem:
    return Problem(404, why_no_list(name, username, day, latest), latest_available=latest)


def is_own(request: Request, account: Account) -> bool:
    """Whether the request comes from the listener, in person or through a program: only they may see the feedback."""
    who = visitor(request)
    return who.via in {"session", "token"} and who.account_id == account.id


def verbs_by_target(verdicts: Sequence[Verdict]) -> VerbsByTarget:
    """The verdicts, by our number and by key, so that they apply to all versions of a recording."""
    verbs: dict[Target, dict[int | str, Verb]] = {target: {} for target in TARGETS}
    for each in verdicts:
        numbers = {"track": each.track_id, "artist": each.artist_id, "album": each.album_id}
        for key in (numbers[each.target], _key(each.target, each.artist, each.name)):
            if key is not None:
                verbs[each.target][key] = each.verb
    return verbs


def verbs_on(item: RecommendedTrack, verbs: VerbsByTarget) -> dict[Target, Verb | None]:
    artist = item.track.artists[0].name if item.track.artists else None
    numbers = {"track": item.track_id, "artist": item.artist_id, "album": item.album_id}
    names = {"track": item.track.name, "artist": artist, "album": item.track.album_name}
    return {
        target: verbs[target].get(numbers[target] or 0) or verbs[target].get(_key(target, artist, names[target]) or "")
        for target in TARGETS
    }


def _key(target: Target, artist: str | None, name: str | None) -> str | None:
    if artist is None or name is None:
        return None
    if target == "artist":
        return artist_key(artist)
    return song_key(artist, name) if target == "track" else album_key(artist, name)

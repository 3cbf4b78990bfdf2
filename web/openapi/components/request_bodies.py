"""Types of request bodies; web/handlers/forms.py reads the fields strictly."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from db.people.account_status import VISIBILITIES
from db.people.scan_modes import Collecting, ScanMode
from insights.answers.values import Part, says

Csrf = Annotated[
    str | UnsetType,
    says("The value that our pages have in their forms; the header X-CSRF-Token may hold it instead."),
]
NewUsername = Annotated[
    str,
    Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    says("1 to 64 letters, digits, `.`, `_` and `-`, beginning with a letter or digit."),
]
ZoneName = Annotated[str, says("IANA name of a time zone, as in Europe/Berlin.")]
Visibility = Annotated[str, Meta(extra_json_schema={"enum": list(VISIBILITIES)})]
Number = Annotated[str, Meta(pattern="^[0-9]+$")]
Verdict = Annotated[
    Literal["like", "dislike", "block", "not_now", "forget"],
    says("block: never again. not_now: not before a date. forget: withdraw the feedback."),
]
FeedbackUntil = Annotated[
    str | UnsetType,
    Meta(extra_json_schema={"format": "date"}),
    says("For not_now: the date from which it may be recommended again; 30 days from now by default."),
]
AnyId = Annotated[
    Annotated[int, Meta(ge=1)] | str | UnsetType, says("Our id, or Spotify's. Give exactly one of the three.")
]


class PageForm(Struct, frozen=True, kw_only=True):
    """A form on one of our pages."""

    csrf: Csrf = UNSET


class ThemeForm(PageForm, frozen=True, kw_only=True):
    theme: Annotated[Literal["auto", "light", "dark"], says("auto: what the browser prefers.")]


class LanguageForm(PageForm, frozen=True, kw_only=True):
    language: Annotated[Literal["en", "de"], says("The language of pages.")]
    next: Annotated[str | UnsetType, says("The path of the page to go back to.")] = UNSET


class OwnLanguageForm(PageForm, frozen=True, kw_only=True):
    language: Annotated[Literal["browser", "en", "de"], says("browser: what each browser prefers.")]


class PassForm(PageForm, frozen=True, kw_only=True):
    secret: Annotated[str | UnsetType, says("The pass in the link that the command for signing in printed.")] = field(
        name="pass", default=UNSET
    )


class VisibilityForm(PageForm, frozen=True, kw_only=True):
    visibility: Visibility


class ScanModeForm(PageForm, frozen=True, kw_only=True):
    mode: ScanMode


class CollectingForm(PageForm, frozen=True, kw_only=True):
    collecting: Collecting


class TimeZoneForm(PageForm, frozen=True, kw_only=True):
    time_zone: ZoneName
    since: Literal["now", "always"] = "now"


class RecommendationsForm(PageForm, frozen=True, kw_only=True):
    dial: Annotated[Literal["auto", "fixed"], says("auto: adapts to your listening.")]
    adventurousness: Annotated[str | UnsetType, says("In percent, 0 to 100; used if the dial is fixed.")] = UNSET
    house: Annotated[Literal["on"] | UnsetType, says("Leave this out to decline.")] = UNSET
    listenbrainz: Annotated[str | UnsetType, says("Your ListenBrainz username; empty for none.")] = UNSET


class TokenForm(PageForm, frozen=True, kw_only=True):
    name: Annotated[str, Meta(max_length=60)]
    days: Annotated[str, Meta(pattern="^([0-9]+|never)$"), says("In how many days it expires (1 to 3660), or never.")]
    read: str | UnsetType = UNSET
    submit: str | UnsetType = UNSET
    administer: str | UnsetType = UNSET


class LinkForm(PageForm, frozen=True, kw_only=True):
    question: Annotated[
        str | UnsetType,
        says("The first words of the addresses of statistics, separated by commas; leave this out for all."),
    ] = UNSET
    period: Annotated[
        str | UnsetType, says("The name of a period, such as 2025-06; leave this out for any period.")
    ] = UNSET
    redacted: Annotated[str | UnsetType, says("If present: totals only, without single plays, places and devices.")] = (
        UNSET
    )
    days: Annotated[Number, says("For how many days it is valid: 1 to 366.")]


class UploadForm(PageForm, frozen=True, kw_only=True):
    keep_readable: Annotated[str | UnsetType, says("If present: import the readable rows of damaged files.")] = UNSET
    files: Annotated[list[bytes], says("Exports as you received them: zips, or single files.")]


class RevocationForm(PageForm, frozen=True, kw_only=True):
    id: Number


class WebhookForm(PageForm, frozen=True, kw_only=True):
    """Each event is a field that is present or not."""

    address: Annotated[
        str, Meta(max_length=500), says("Where Insight sends events, for example https://example.org/hook.")
    ]
    play: str | UnsetType = UNSET
    list: str | UnsetType = UNSET
    milestone: str | UnsetType = UNSET
    import_: str | UnsetType = field(name="import", default=UNSET)
    consent: str | UnsetType = UNSET
    gap: str | UnsetType = UNSET


class ExclusionForm(PageForm, frozen=True, kw_only=True):
    kind: Literal["artist", "album", "track", "hours", "device", "incognito"]
    value: Annotated[
        str | UnsetType,
        says("A name, `Artist \u2013 Title`, a link to Spotify, hours such as 22:00-06:00, or a device."),
    ] = UNSET


class TrackForm(PageForm, frozen=True, kw_only=True):
    track: Annotated[str, says("A track, by its number here, or a link to Spotify.")]


class JoinForm(TrackForm, frozen=True, kw_only=True):
    other: Annotated[str, says("The other track, in the same way, or the address of its page here.")]


class NamesForm(PageForm, frozen=True, kw_only=True):
    names: Annotated[Literal["on", "off"], says("Whether to look them up.")]


class ArtistForm(PageForm, frozen=True, kw_only=True):
    artist: Annotated[str, says("An artist, by name, number, the address of its page here, or a link to Spotify.")]


class CorrectionForm(ArtistForm, frozen=True, kw_only=True):
    mbid: Annotated[str, says("The address of its page at MusicBrainz, or the id in it.")]


class PlaylistForm(PageForm, frozen=True, kw_only=True):
    playlist: Annotated[Literal["on", "off"], says("Whether to write the playlist.")]


class LibraryForm(PageForm, frozen=True, kw_only=True):
    library: Annotated[Literal["on", "off"], says("Whether to read playlists and the library.")]


class LibraryVisibilityForm(PageForm, frozen=True, kw_only=True):
    shown: Annotated[Literal["on"] | UnsetType, says("To show it; left out: only its listener sees it.")] = UNSET


class DeletionForm(PageForm, frozen=True, kw_only=True):
    username: Annotated[str, says("The account's own name, typed again.")]


class FeedbackForm(PageForm, frozen=True, kw_only=True):
    track: str | UnsetType = UNSET
    artist: str | UnsetType = UNSET
    album: str | UnsetType = UNSET
    verb: Verdict
    until: FeedbackUntil = UNSET
    date: Annotated[
        str | UnsetType,
        Meta(extra_json_schema={"format": "date"}),
        says("The date of the /today page that sends the form; the answer leads back there."),
    ] = UNSET
    rank: Annotated[str | UnsetType, says("The position on that page.")] = UNSET
    list: Annotated[str | UnsetType, says("The list on that page; the daily one by default.")] = UNSET


class NewFeedback(Struct, frozen=True, kw_only=True):
    track: AnyId = UNSET
    artist: AnyId = UNSET
    album: AnyId = UNSET
    verb: Verdict
    until: FeedbackUntil = UNSET


class NewUser(Part, frozen=True):
    username: NewUsername
    time_zone: ZoneName


class AddForm(PageForm, frozen=True, kw_only=True):
    username: NewUsername
    time_zone: ZoneName


class RenameForm(PageForm, frozen=True, kw_only=True):
    username: NewUsername


class ConfirmForm(PageForm, frozen=True, kw_only=True):
    confirm: Annotated[Literal["on"], says("The ticked box.")]


class UserChanges(Part, frozen=True, kw_only=True):
    """At least one member."""

    username: NewUsername | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET
    time_zone_since: Annotated[
        str | UnsetType,
        says("Since when the listener lives there: a date, an instant, or `always`; from now on by default."),
    ] = UNSET
    visibility: Visibility | UnsetType = UNSET
    scan_mode: Annotated[
        ScanMode | UnsetType, says("How the account's plays are collected; only its listener may change this.")
    ] = UNSET
    collecting: Annotated[
        Collecting | UnsetType, says("Pauses or resumes collecting; only the listener may do this.")
    ] = UNSET


class TokenRequest(Struct, frozen=True, kw_only=True):
    grant_type: Literal["client_credentials"]
    client_id: Annotated[str | UnsetType, says("The number of the token, unless Authorization has it.")] = UNSET
    client_secret: Annotated[str | UnsetType, says("The token, unless Authorization has it.")] = UNSET
    scope: Annotated[
        str | UnsetType, says("Some of the token's scopes, separated by spaces; all of them by default.")
    ] = UNSET


class SubmittedMetadata(Struct, frozen=True, kw_only=True):
    artist_name: str
    track_name: str
    release_name: str | UnsetType | None = UNSET
    additional_info: Annotated[
        dict[str, Any] | UnsetType | None,
        says(
            "Of this, `spotify_id`, `origin_url`, `duration_ms`, `duration`, `duration_played`, `artist_names` and "
            "`isrc` are used. Invalid values are ignored."
        ),
    ] = UNSET


class SubmittedListen(Struct, frozen=True, kw_only=True):
    listened_at: Annotated[int | UnsetType | None, says("When it began, in seconds since 1970. None: now.")] = UNSET
    track_metadata: SubmittedMetadata


class NewListens(Struct, frozen=True, kw_only=True):
    listen_type: Annotated[
        Literal["single", "import", "playing_now"], says("single and playing_now have exactly one listen.")
    ]
    payload: Annotated[list[SubmittedListen], Meta(min_length=1, max_length=1000)]


class LastFmCall(Struct, frozen=True, kw_only=True, rename={"album_artist": "albumArtist"}):
    method: Literal["auth.getMobileSession", "auth.getSession", "track.scrobble", "track.updateNowPlaying"]
    format: Annotated[Literal["xml", "json"] | UnsetType, says("xml by default.")] = UNSET
    username: Annotated[str | UnsetType, says("For auth.getMobileSession.")] = UNSET
    password: Annotated[str | UnsetType, says("For auth.getMobileSession: a token with the scope `submit`.")] = UNSET
    token: Annotated[str | UnsetType, says("For auth.getSession: a token with the scope `submit`.")] = UNSET
    sk: Annotated[str | UnsetType, says("The session key, which is the token.")] = UNSET
    artist: Annotated[str | UnsetType, says("For up to 50 scrobbles: `artist[0]`, `track[0]` and so on.")] = UNSET
    track: str | UnsetType = UNSET
    album: str | UnsetType = UNSET
    album_artist: str | UnsetType = UNSET
    timestamp: Annotated[str | UnsetType, says("When it began, in seconds since 1970.")] = UNSET
    duration: Annotated[str | UnsetType, says("The length of the track in seconds.")] = UNSET
    api_key: Annotated[str | UnsetType, says("Anything: it is not checked.")] = UNSET
    api_sig: Annotated[str | UnsetType, says("Anything: it is not checked.")] = UNSET

"""The pages of a listener's own account, and their forms."""

from collections.abc import Mapping

from web.openapi.components import request_bodies as bodies
from web.openapi.components.about import SESSION
from web.openapi.components.headers import NOT_KEPT, location
from web.openapi.components.operation import FORM, Answer, Content, Operation, Parameter
from web.openapi.components.shared_answers import LOOKED_UP, PAGE_FORM, page

SIGN_IN = Answer("To /sign-in, unless a listener is signed in.", {}, location("Where to continue."))
DONE = Answer(
    "To the page that has the form, or to /sign-in, unless a listener is signed in.", {}, location("Where to continue.")
)
ON_THE_PAGE: Mapping[int, Answer | str] = {303: DONE, **PAGE_FORM}


def _form(path: str, name: str, summary: str, description: str, form: type, shown: str | None = None) -> Operation:
    """`shown` describes the page that answers; without it, the answer redirects to the page that has the form."""
    answers: Mapping[int, Answer | str] = ON_THE_PAGE
    if shown:
        answers = {200: page(shown), **PAGE_FORM, 303: SIGN_IN}
    return Operation(
        "post", f"/account/{path}", name, "account", summary, description, answers, body={FORM: form},
        security=SESSION,
    )  # fmt: skip


def _page(path: str, name: str, summary: str, description: str, *parameters: Parameter) -> Operation:
    return Operation(
        "get", f"/account{path}", name, "account", summary, f"For people. {description}",
        {200: page("A page."), **LOOKED_UP, 303: SIGN_IN}, parameters, security=SESSION,
    )  # fmt: skip


def _download(path: str, name: str, summary: str, content: str) -> Operation:
    zipped = Answer(f"A zip with {content}", {"application/zip": Content("PK\u2026")}, NOT_KEPT)
    return Operation(
        "get", f"/account/export/{path}", name, "account", summary,
        "Streamed while it is made. The number of downloads a minute is limited.",
        {200: zipped, **LOOKED_UP, 303: SIGN_IN}, security=SESSION,
    )  # fmt: skip


OPERATIONS = (
    _page("", "account", "The listener's own account", "The state of everything below, with links to change it."),
    _page("/spotify", "spotify", "The connection to Spotify", "Its state and its end; renew or end it."),
    _page(
        "/privacy", "privacySettings", "Who sees what", "Visibility, and links to share.",
        Parameter("question", "Fills in the form for a new link."),
        Parameter("period", "Fills in the form for a new link."),
        Parameter("redacted", "`on` fills in the form for a new link with totals only."),
    ),
    _page("/preferences", "preferences", "Preferences", "Time zone, recommendations, playlists, look of pages."),
    _page("/tokens", "tokens", "Tokens for programs", "Lists tokens; create and revoke them."),
    _page("/webhooks", "webhooksPage", "Webhooks", "Lists webhooks and deliveries; create and change webhooks."),
    _page("/exclusions", "exclusions", "What does not count", "Rules that hide plays; add and undo them."),
    _page(
        "/recordings", "recordings", "Versions of songs", "Which tracks count as one song; join and split them.",
        Parameter("track", "The number of a track; the page then shows only its song.", examples={"song": "7"}),
    ),
    _page(
        "/genres", "genreSettings", "Genres of what was played",
        "How many plays have a genre; allow lookups of names from exports; correct artists.",
        Parameter("artist", "The number of an artist; the page then shows its ids.", examples={"artist": "7"}),
    ),
    _page("/export", "export", "Everything as a file", "Links to the downloads."),
    _download("spotify", "exportAsSpotify", "Every play as Spotify exports it", "extended streaming history."),
    _download("listenbrainz", "exportAsListenBrainz", "Every play as ListenBrainz exports it", "listens by month."),
    _page("/browsers", "browsers", "Browsers that are signed in", "A list, and a button that signs out all of them."),
    _page("/delete", "deletion", "Delete the account", "The form for it."),
    _form(
        "visibility", "changeVisibility", "Who may read the account",
        "Everybody, or only its listener and holders of a token or link.", bodies.VisibilityForm,
    ),
    _form(
        "time-zone", "changeTimeZone", "Where the listener lives", "From now on, or always.", bodies.TimeZoneForm
    ),
    _form(
        "scan-mode", "changeScanMode", "How plays are collected",
        "`hybrid` and `live` need a consent that covers what is playing: connect again.", bodies.ScanModeForm,
    ),
    _form(
        "collecting", "changeCollecting", "Pause and resume collecting", "`/gaps` shows the time of a pause.",
        bodies.CollectingForm,
    ),
    _form(
        "language", "changeLanguage", "In which language pages are", "In every browser that is signed in.",
        bodies.OwnLanguageForm,
    ),
    _form(
        "recommendations", "changeRecommendations", "Set how lists are made",
        "How adventurous lists are, whether others here may be recommended what you play (without your name), and "
        "your ListenBrainz username. Takes effect with the next list.", bodies.RecommendationsForm,
    ),
    _form(
        "tokens", "makeToken", "Create a token for a program",
        "The page that answers shows it once. Each scope is a field that is present or not, and so is each statistic, "
        "named `question:` and its word; without any, the token may read all statistics.",
        bodies.TokenForm, "The page, with the token.",
    ),
    _form(
        "tokens/revoke", "revokeToken", "Revoke a token",
        "From now on, it is refused, and so are the tokens for which it was exchanged.", bodies.RevocationForm,
    ),
    _form(
        "links", "makeLink", "Create a link to share", "The page that answers shows its address once.",
        bodies.LinkForm, "The page, with the address.",
    ),
    _form("links/revoke", "takeBackLink", "Revoke a link", "It stops working at once.", bodies.RevocationForm),
    _form(
        "webhooks", "makeWebhook", "Create a webhook",
        "The page that answers shows its secret once. Each event is a field that is present or not; at least one must "
        "be.", bodies.WebhookForm, "The page, with the secret.",
    ),
    _form(
        "webhooks/test", "testWebhook", "Test a webhook", "Sends a test event, whichever events the webhook takes.",
        bodies.RevocationForm,
    ),
    _form(
        "webhooks/pause", "pauseWebhook", "Pause a webhook", "The webhook never gets the events that happen meanwhile.",
        bodies.RevocationForm,
    ),
    _form("webhooks/resume", "resumeWebhook", "Resume a webhook", "From now on.", bodies.RevocationForm),
    _form(
        "webhooks/delete", "deleteWebhook", "Delete a webhook", "Also deletes its log and waiting deliveries.",
        bodies.RevocationForm,
    ),
    _form(
        "exclusions", "addExclusion", "Hide plays", "Past and future plays that match the rule; nothing is deleted.",
        bodies.ExclusionForm,
    ),
    _form("exclusions/remove", "removeExclusion", "Undo a rule", "Its plays count again.", bodies.RevocationForm),
    _form("recordings/split", "splitRecording", "Count a track separately", "From now on.", bodies.TrackForm),
    _form("recordings/join", "joinRecordings", "Count two songs as one", "From now on.", bodies.JoinForm),
    _form(
        "recordings/undo", "undoRecordingChoice", "Undo a decision about a track", "Insight decides again.",
        bodies.TrackForm,
    ),
    _form(
        "genres/names", "chooseNameLookups", "Look up names from exports, or stop",
        "Whether names that only this account's exports report are sent to music services.", bodies.NamesForm,
    ),
    _form(
        "genres/correct", "correctArtist", "Correct an artist",
        "Choose its MusicBrainz artist, for all accounts. Refused if other listeners play the artist, too.",
        bodies.CorrectionForm,
    ),
    _form(
        "genres/undo", "undoCorrection", "Undo the correction of an artist", "Lookups decide again.", bodies.ArtistForm
    ),
    _form(
        "disconnect", "disconnect", "Disconnect from Spotify", "Deletes Spotify's tokens at once; plays stay.",
        bodies.PageForm,
    ),
    _form(
        "playlist", "changePlaylist", "Write today's list to a playlist, or stop",
        "A private playlist on Spotify, called Today, replaced each day. Turning it on needs a consent that covers "
        "it: GET /connect/playlist. Turning it off leaves the playlist as it is.", bodies.PlaylistForm,
    ),
    _form(
        "library", "changeLibrary", "Read playlists and the library, or stop",
        "Once a day. Turning it on needs a consent that covers it: GET /connect/library. Turning it off deletes what "
        "was read.", bodies.LibraryForm,
    ),
    _form(
        "library/visibility", "changeLibraryVisibility", "Show the library to others, or to its listener only",
        "To whoever may read the account. At first, only its listener sees it.", bodies.LibraryVisibilityForm,
    ),
    _form(
        "delete", "deleteAccount", "Delete the account",
        "Closes the account at once; plays and everything else are deleted right afterwards.",
        bodies.DeletionForm, "A page that says so.",
    ),
)  # fmt: skip

"""The settings: environment variables, read once and typed; an invalid value is an error that names its variable.

Order: the process environment, then the file that NAME_FILE names (Docker secrets), then `.env` beside this file (in an
installed copy, in its data folder).
"""

import calendar
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TypedDict, TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import available_timezones

from dotenv import dotenv_values

from db.engine.servers import NO_OTHERS, Servers
from db.people.scan_modes import SCAN_MODES, ScanMode
from metadata.services import BY_NAME, MUSIC_SERVICES, shown_name

ROOT = Path(__file__).resolve().parent
FOLDER = "insight-for-spotify"  # the data folder of an installed copy, among those of other programs
DEFAULT_PORT = 8000
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")
DEMO_ADMINISTRATOR = "alice"  # of whom the demo's service and its commands know
# Settings for the operator's own listeners, which the demo never sees.
HIDDEN_FROM_THE_DEMO = (
    "ADMINISTRATORS", "CLIENT_ID", "CLIENT_SECRET", "DATABASE_DISTRIBUTED", "DATABASE_POOLER_URL",
    "DATABASE_REPLICA_URL", "DATABASE_URL",
    "DB", "DB_HOST", "DB_PASSWORD", "DB_PORT", "DB_USER", "KEEP_AFTER_DISCONNECT", "MUSICBRAINZ_DATABASE_URL",
    "NOTIFY_URLS", "REDIRECT_URI", "SECRET_KEY", "SECRET_KEY_OLD", "SEED_ARTISTS", "SEED_GENRES", "SEED_TRACKS",
    "SERVICES", "UPLOAD_FOLDER", "USERNAME", "USERNAMES", "WEBHOOK_PRIVATE_HOSTS",
    *(service.key_setting for service in MUSIC_SERVICES if service.key_setting),
)  # fmt: skip
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
HOST_NAME = re.compile(  # with or without a port: [::1]:8000; an IPv6 address without brackets has no port
    r"(?P<name>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])\.?(?P<port>:\d{0,5})?"
    r"|(?P<address>[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)"
)
WEEKDAYS = tuple(map(str.lower, calendar.day_name))
NOT_PLACES = {"Factory", "localtime", "posixrules"}  # as in db/account_changes/time_zones.py
T = TypeVar("T")


class Circumstances(TypedDict):
    """How this copy runs, which decides how advised commands must be typed."""

    before: str
    demo: bool
    port: int | None
    data: str | None


class SettingsError(Exception):
    """A variable has an invalid value. The message names the variable and says what is valid."""


@dataclass(frozen=True)
class Settings:
    """The operator's choices. Secrets do not appear in repr()."""

    database_url: str | None = field(repr=False)  # None: the embedded PostgreSQL under .data/
    database_pooler_url: str | None = field(repr=False)  # answers questions, like the replica
    database_replica_url: str | None = field(repr=False)
    database_distributed: bool  # DATABASE_URL is the coordinator of a Citus cluster
    postgres_port: int | None  # of 127.0.0.1, on which the embedded PostgreSQL also listens
    client_id: str | None
    client_secret: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)  # one per line: the key that encrypts, then older ones that only decrypt
    backup_passphrase: str | None = field(repr=False)
    usernames: tuple[str, ...]
    redirect_uri: str
    host: str
    port: int
    web_processes: int
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]  # addresses and networks
    base_path: str  # such as /insight; empty for none
    administrators: tuple[str, ...]
    time_zone: str
    week_starts: str  # monday … sunday
    collect_minutes: int
    api_calls_a_day: int  # for each developer account
    live_calls_a_day: int  # likewise, for live collecting only
    scan_mode: ScanMode  # of new accounts
    metrics_public: bool
    cors_origins: tuple[str, ...]  # of pages on other sites that may read the API with a token
    mcp_token: str | None = field(repr=False)  # the token with which `cli.py mcp` reads
    question_seconds: int  # after which a query over HTTP is cancelled
    notify_urls: tuple[str, ...] = field(repr=False)  # they contain secrets
    webhook_private_hosts: frozenset[str]  # hosts on private networks that webhooks may reach
    keep_after_disconnect: bool  # keep data from Spotify when a listener withdraws consent there
    accounts_url: str
    api_url: str
    services: tuple[str, ...]  # the music services to contact besides Spotify, by name
    service_addresses: Mapping[str, str]  # URLs by setting, such as MUSICBRAINZ_URL
    service_keys: Mapping[str, str] = field(repr=False)  # by setting, only those that are set
    musicbrainz_database_url: str | None = field(repr=False)  # of a copy of MusicBrainz' database
    contact: str  # an e-mail or web address for the operators of music services; empty for none
    seed_artists: tuple[str, ...]  # names or ids, for Spotify's own recommendations, like the next two
    seed_genres: tuple[str, ...]
    seed_tracks: tuple[str, ...]
    log_format: str  # text or json
    log_level: str  # debug … error
    upload_folder: Path  # for files that are uploaded in the browser, until they are imported
    exec_prefix: str  # the prefix of commands in messages, which enters the container; empty for none
    is_demo: bool = False  # set by run.py, not by a variable

    @property
    def database_servers(self) -> Servers:
        """The servers that answer questions besides the database itself."""
        return Servers(self.database_pooler_url, self.database_replica_url)


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, or else from the process and `.env`.

    Raises SettingsError, which names the variable, for the first invalid value.
    """
    if environ is None:
        environ = environment()
    host = _parsed(environ, "HOST", _host, "127.0.0.1")
    port = _parsed(environ, "PORT", _port, DEFAULT_PORT)
    base_path = _parsed(environ, "BASE_PATH", _base_path, "")
    redirect_uri = f"http://127.0.0.1:{port}{base_path}/connect/callback"
    settings = Settings(
        database_url=_database_url(environ),
        database_pooler_url=_parsed(environ, "DATABASE_POOLER_URL", _postgres_url, None),
        database_replica_url=_parsed(environ, "DATABASE_REPLICA_URL", _postgres_url, None),
        database_distributed=_parsed(environ, "DATABASE_DISTRIBUTED", _citus, False),
        postgres_port=_parsed(environ, "POSTGRES_PORT", _whole_number(1024, 65535, "a port number"), None),
        client_id=_text(environ, "CLIENT_ID"),
        client_secret=_text(environ, "CLIENT_SECRET"),
        secret_key=_secret_keys(environ),
        backup_passphrase=_text(environ, "BACKUP_PASSPHRASE"),
        usernames=_parsed(environ, "USERNAMES", _usernames, _parsed(environ, "USERNAME", _usernames, ())),
        redirect_uri=_parsed(environ, "REDIRECT_URI", _redirect_uri, redirect_uri),
        host=host,
        port=port,
        web_processes=_parsed(environ, "WEB_PROCESSES", _whole_number(1, 64), 1),
        allowed_hosts=_parsed(environ, "ALLOWED_HOSTS", _host_names, ()),
        trusted_proxies=_parsed(environ, "TRUSTED_PROXIES", _networks, ()),
        base_path=base_path,
        administrators=_parsed(environ, "ADMINISTRATORS", _usernames, ()),
        time_zone=_parsed(environ, "TIME_ZONE", _time_zone, "UTC"),
        week_starts=_parsed(environ, "WEEK_STARTS", _weekday, "monday"),
        collect_minutes=_parsed(environ, "COLLECT_MINUTES", _whole_number(1, 1440, "whole minutes"), 20),
        api_calls_a_day=_parsed(environ, "API_CALLS_A_DAY", _whole_number(1, 1_000_000), 1000),
        live_calls_a_day=_parsed(environ, "LIVE_CALLS_A_DAY", _whole_number(1, 1_000_000), 2000),
        scan_mode=_parsed(environ, "SCAN_MODE", _scan_mode, "recent"),
        metrics_public=_parsed(environ, "METRICS_PUBLIC", _boolean, False),
        cors_origins=_parsed(environ, "CORS_ORIGINS", _origins, ()),
        mcp_token=_text(environ, "MCP_TOKEN"),
        question_seconds=_parsed(environ, "QUESTION_SECONDS", _whole_number(1, 600, "whole seconds"), 20),
        notify_urls=_parsed(environ, "NOTIFY_URLS", _words, ()),
        webhook_private_hosts=_parsed(environ, "WEBHOOK_PRIVATE_HOSTS", _hosts, frozenset[str]()),
        keep_after_disconnect=_parsed(environ, "KEEP_AFTER_DISCONNECT", _boolean, False),
        accounts_url=_parsed(environ, "SPOTIFY_ACCOUNTS_URL", _url, "https://accounts.spotify.com"),
        api_url=_parsed(environ, "SPOTIFY_API_URL", _url, "https://api.spotify.com"),
        services=_services(environ),
        service_addresses=_service_addresses(environ),
        service_keys=_service_keys(environ),
        musicbrainz_database_url=_parsed(environ, "MUSICBRAINZ_DATABASE_URL", _postgres_url, None),
        contact=_parsed(environ, "CONTACT", _contact, ""),
        seed_artists=_parsed(environ, "SEED_ARTISTS", _words, ()),
        seed_genres=_parsed(environ, "SEED_GENRES", _words, ()),
        seed_tracks=_parsed(environ, "SEED_TRACKS", _words, ()),
        log_format=_parsed(environ, "LOG_FORMAT", _log_format, "text"),
        log_level=_parsed(environ, "LOG_LEVEL", _log_level, "info"),
        upload_folder=_parsed(environ, "UPLOAD_FOLDER", _folder, data_folder() / "uploads"),
        exec_prefix=_text(environ, "EXEC_PREFIX") or "",
    )
    if settings.database_servers != NO_OTHERS and not settings.database_url:
        raise SettingsError("DATABASE_POOLER_URL and DATABASE_REPLICA_URL need DATABASE_URL, which is not set.")
    if settings.database_distributed and not settings.database_url:
        raise SettingsError(
            "DATABASE_DISTRIBUTED needs DATABASE_URL, the coordinator of the cluster, which is not set."
        )
    if settings.client_secret and not settings.client_id:
        raise SettingsError("CLIENT_SECRET is set but CLIENT_ID is not: both come from the same Spotify app.")
    return settings


def environment() -> dict[str, str]:
    """The variables of this process, and those of `.env` that the process does not have."""
    return {**_dotenv(), **os.environ}


def logging_choice() -> tuple[str, str]:
    """LOG_FORMAT and LOG_LEVEL, which are needed before anything else can fail. Raises SettingsError."""
    environ = environment()
    log_format = _parsed(environ, "LOG_FORMAT", _log_format, "text")
    return log_format, _parsed(environ, "LOG_LEVEL", _log_level, "info")


def demo_environment(port: int | None = None) -> dict[str, str]:
    """The variables without the operator's own values. The port is `port`, else PORT, else the one after `.env`'s.

    Removed values are empty instead of absent, because the programs that the demo starts read `.env`, too.
    """
    chosen = port or (_parsed(os.environ, "PORT", _port, None) if os.environ.get("PORT") else None)
    blank = {name: "" for setting in HIDDEN_FROM_THE_DEMO for name in (setting, f"{setting}_FILE")}
    own = {"ADMINISTRATORS": DEMO_ADMINISTRATOR, "PORT": str(chosen or port_of_a_new_shell(demo=True))}
    return {**environment(), **blank, **own}


def port_of_a_new_shell(*, demo: bool = False) -> int:
    """The port that a command uses if nobody types PORT before it."""
    own = _parsed(_dotenv(), "PORT", _port, DEFAULT_PORT)
    return min(own + 1, 65535) if demo else own


def circumstances(settings: Settings, *, demo: bool = False) -> Circumstances:
    """The arguments of `advice.set_up`."""
    default = port_of_a_new_shell(demo=demo)
    port = settings.port if settings.port != default else None
    data = str(data_folder()) if os.environ.get("INSIGHT_DATA", "").strip() else None
    return {"before": settings.exec_prefix, "demo": demo, "port": port, "data": data}


def data_folder() -> Path:
    """The folder of everything that must not be lost: INSIGHT_DATA, or .data/ in a checkout, or the user's own."""
    if folder := os.environ.get("INSIGHT_DATA", "").strip():
        return Path(folder).expanduser().resolve()
    if (ROOT / "Pipfile").exists():
        return ROOT / ".data"
    folder_of_user = os.environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share"
    return Path(folder_of_user).expanduser() / FOLDER


def _dotenv() -> dict[str, str]:
    """`.env` beside this file; in an installed copy, in its data folder."""
    folder = ROOT if (ROOT / "Pipfile").exists() else data_folder()
    return {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}


def _text(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "").strip()
    path = environ.get(f"{name}_FILE", "").strip()
    if value and path:
        raise SettingsError(f"{name} and {name}_FILE are both set: keep only one.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE is {path!r}, which cannot be read: name a readable file.") from error
    return value or None


def _parsed(environ: Mapping[str, str], name: str, parse: Callable[[str], T], default: T) -> T:
    value = _text(environ, name)
    if value is None:
        return default
    try:
        return parse(value)
    except ValueError as error:
        raise SettingsError(f"{name} {error}.") from error


def _database_url(environ: Mapping[str, str]) -> str | None:
    url = _parsed(environ, "DATABASE_URL", _postgres_url, None)
    parts = {name: _text(environ, name) for name in ("DB", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD")}
    if url or not any(parts.values()):
        return url
    missing = [name for name in ("DB", "DB_HOST", "DB_USER") if not parts[name]]
    if missing:
        raise SettingsError(f"{missing[0]} is not set: DB, DB_HOST and DB_USER go together, or use DATABASE_URL.")
    port = _parsed(environ, "DB_PORT", _port, 5432)
    login = quote(str(parts["DB_USER"]), safe="")
    if parts["DB_PASSWORD"]:
        login += ":" + quote(parts["DB_PASSWORD"], safe="")
    host = f"[{parts['DB_HOST']}]" if ":" in str(parts["DB_HOST"]) else parts["DB_HOST"]
    return f"postgresql://{login}@{host}:{port}/{quote(str(parts['DB']), safe='')}"


def _postgres_url(value: str) -> str:
    # The value contains a password, so the message never repeats it.
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError("is invalid: use postgresql://user:password@host:port/name")
    return "postgresql://" + value.partition("://")[2]


def _citus(value: str) -> bool:
    if value.lower() != "citus":
        raise ValueError(f"is {value!r}: use citus, or leave it empty")
    return True


def _secret_keys(environ: Mapping[str, str]) -> str | None:
    none: list[str] = []
    keys, older = _parsed(environ, "SECRET_KEY", _keys, none), _parsed(environ, "SECRET_KEY_OLD", _older_keys, none)
    if older and not keys:
        raise SettingsError("SECRET_KEY_OLD is set but SECRET_KEY is not: it is for keys that SECRET_KEY has replaced.")
    return "\n".join(dict.fromkeys(keys + older)) or None


def _keys(value: str) -> list[str]:
    """One per line, the newest first. Keys are secret, so no message repeats one."""
    keys = [line.strip() for line in value.splitlines() if line.strip()]
    if any(len(key) < 32 for key in keys):
        raise ValueError("is too short: use at least 32 characters, for example from `openssl rand -hex 32`")
    return keys


def _older_keys(value: str) -> list[str]:
    """Separated by commas; or by lines, if a key contains a comma."""
    return _keys(value if "\n" in value else value.replace(",", "\n"))


def _services(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The music services to contact; without SERVICES, the default ones, except those whose key is missing."""
    keys = _service_keys(environ)
    lacking = {service.name: service.key_setting for service in MUSIC_SERVICES
               if service.needs_key and service.key_setting not in keys}  # fmt: skip
    default = tuple(service.name for service in MUSIC_SERVICES if service.is_default and service.name not in lacking)
    names = _parsed(environ, "SERVICES", _service_names, default)
    for name in names:
        if name in lacking:
            raise SettingsError(
                f"SERVICES names {name}, but {lacking[name]} is not set: {shown_name(name)} needs a key."
            )
    return names


def _service_names(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_words(value.lower())))
    if names == ("none",):
        return ()
    for name in names:
        if name not in BY_NAME:
            raise ValueError(f"contains {name!r}: use {', '.join(BY_NAME)}, separated by commas, or none")
    return names


def _service_addresses(environ: Mapping[str, str]) -> dict[str, str]:
    defaults = {setting: url for service in MUSIC_SERVICES for setting, url in service.addresses.items()}
    return {setting: _parsed(environ, setting, _url, url) for setting, url in defaults.items()}


def _service_keys(environ: Mapping[str, str]) -> dict[str, str]:
    settings = [service.key_setting for service in MUSIC_SERVICES if service.key_setting]
    keys = {setting: _parsed(environ, setting, _key, "") for setting in settings}
    return {setting: key for setting, key in keys.items() if key}


def _key(value: str) -> str:
    # Keys are secret, so the message never repeats one.
    if not re.fullmatch(r"[!-~]{1,200}", value):
        raise ValueError("is not a valid key: keys have up to 200 ASCII characters and no spaces")
    return value


def _contact(value: str) -> str:
    if not re.fullmatch(r"[!-~]{3,200}", value) or not ("@" in value or value.startswith("https://")):
        raise ValueError("is not an address at which you can be reached: use an e-mail or web address (https://…)")
    return value


def _weekday(value: str) -> str:
    if value.lower() not in WEEKDAYS:
        raise ValueError(f"is {value!r}: use one of {', '.join(WEEKDAYS)}")
    return value.lower()


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _usernames(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_words(value)))
    for name in names:
        if not USERNAME.fullmatch(name):
            raise ValueError(
                f"contains {name!r}: a username has 1 to 64 letters, digits, '.', '_' and '-', "
                "starting with a letter or digit; separate several with commas"
            )
    return names


def _redirect_uri(value: str) -> str:
    # Spotify: redirect-uri, 2025-04-09: https, or http on a loopback IP literal; `localhost` is refused.
    parts = urlsplit(value)
    loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"}
    if not (loopback or (parts.scheme == "https" and parts.hostname)) or parts.fragment:
        raise ValueError(
            f"is {value!r}: Spotify accepts https://…, http://127.0.0.1:PORT/… and http://[::1]:PORT/… "
            "(not `localhost`)"
        )
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", value):
        raise ValueError(f"is {value!r}: use an address to listen on, such as 127.0.0.1")
    return value


def _host_names(value: str) -> tuple[str, ...]:
    """Names and addresses, without ports: a port would suggest that other ports are refused."""
    return tuple(dict.fromkeys(map(_host_name, _words(value))))


def _host_name(value: str) -> str:
    match = HOST_NAME.fullmatch(value)
    if match is None:
        raise ValueError(
            f"contains {value!r}: use names such as music.example and addresses such as 192.168.1.10, separated by "
            "commas, without https:// and without a path"
        )
    if match["port"]:
        name = match["name"]
        raise ValueError(f"contains {value!r}: leave out the port ({name}), because names are valid on every port")
    return match["name"] or match["address"]


def _hosts(value: str) -> frozenset[str]:
    """As in the address of a webhook, so an IPv6 address has no brackets."""
    return frozenset(host.strip("[]").lower() for host in _host_names(value))


def _origins(value: str) -> tuple[str, ...]:
    """As browsers write them in the Origin header."""
    origins = tuple(dict.fromkeys(_words(value.lower())))
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(
                f"contains {origin!r}: use origins such as https://dashboard.example or http://localhost:3000, "
                "separated by commas, without a path"
            )
    return origins


def _networks(value: str) -> tuple[str, ...]:
    networks = _words(value)
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(
                f"contains {network!r}: use addresses such as 127.0.0.1 and networks such as 10.0.0.0/8, separated "
                "by commas"
            ) from error
    return networks


def _base_path(value: str) -> str:
    path = value.rstrip("/")
    if path and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", path):
        raise ValueError(f"is {value!r}: use the beginning of a path, such as /insight")
    return path


def _whole_number(least: int, most: int, name: str = "a whole number") -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ValueError(f"is {value!r}: use {name} from {least} to {most}")
        return int(value)

    return parse


_port = _whole_number(1, 65535, "a port number")


def _boolean(value: str) -> bool:
    if value.lower() in {"true", "yes", "1"}:
        return True
    if value.lower() in {"false", "no", "0"}:
        return False
    raise ValueError(f"is {value!r}: use true or false")


def _log_format(value: str) -> str:
    if value.lower() not in LOG_FORMATS:
        raise ValueError(f"is {value!r}: use {' or '.join(LOG_FORMATS)}")
    return value.lower()


def _log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"is {value!r}: use {', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}")
    return value.lower()


def _scan_mode(value: str) -> ScanMode:
    if value not in SCAN_MODES:
        raise ValueError(f"is {value!r}: use {', '.join(SCAN_MODES[:-1])} or {SCAN_MODES[-1]}")
    return SCAN_MODES[SCAN_MODES.index(value)]


def _time_zone(value: str) -> str:
    if value not in available_timezones() - NOT_PLACES:
        raise ValueError(f"is {value!r}: use an IANA name such as Europe/Berlin")
    return value


def _folder(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _url(value: str) -> str:
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
        raise ValueError(f"is {value!r}: use a web address")
    return value.rstrip("/")

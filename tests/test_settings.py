"""Settings as operators write them, and the sentence each wrong one gets."""

from dataclasses import fields
from pathlib import Path

import pytest

import settings
from metadata.services import MUSIC_SERVICES
from settings import Settings, SettingsError, read

ROOT = Path(__file__).parent.parent


def test_an_empty_environment_is_enough() -> None:
    assert read({}) == Settings(
        database_url=None,
        database_pooler_url=None,
        database_replica_url=None,
        database_distributed=False,
        postgres_port=None,
        client_id=None,
        client_secret=None,
        secret_key=None,
        backup_passphrase=None,
        usernames=(),
        redirect_uri="http://127.0.0.1:8000/connect/callback",
        host="127.0.0.1",
        port=8000,
        web_processes=1,
        allowed_hosts=(),
        trusted_proxies=(),
        base_path="",
        administrators=(),
        time_zone="UTC",
        week_starts="monday",
        collect_minutes=20,
        api_calls_a_day=1000,
        live_calls_a_day=2000,
        scan_mode="recent",
        metrics_public=False,
        cors_origins=(),
        mcp_token=None,
        question_seconds=20,
        notify_urls=(),
        webhook_private_hosts=frozenset(),
        keep_after_disconnect=False,
        accounts_url="https://accounts.spotify.com",
        api_url="https://api.spotify.com",
        services=("listenbrainz", "musicbrainz"),
        service_addresses={
            "LISTENBRAINZ_URL": "https://api.listenbrainz.org",
            "LISTENBRAINZ_LABS_URL": "https://labs.api.listenbrainz.org",
            "MUSICBRAINZ_URL": "https://musicbrainz.org",
            "LASTFM_URL": "https://ws.audioscrobbler.com",
            "RECCOBEATS_URL": "https://api.reccobeats.com",
        },
        service_keys={},
        musicbrainz_database_url=None,
        contact="",
        seed_artists=(),
        seed_genres=(),
        seed_tracks=(),
        log_format="text",
        log_level="info",
        upload_folder=settings.data_folder() / "uploads",
        exec_prefix="",
    )


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"DATABASE_URL": "postgresql://u:p@h:1/d"}, "postgresql://u:p@h:1/d"),
        ({"DATABASE_URL": "postgres://u:p@h/d"}, "postgresql://u:p@h/d"),
        ({"DB": "d", "DB_HOST": "h", "DB_USER": "u"}, "postgresql://u@h:5432/d"),
        (
            {"DB": "d/x", "DB_HOST": "::1", "DB_PORT": "6000", "DB_USER": "u@x", "DB_PASSWORD": "p:/ %"},
            "postgresql://u%40x:p%3A%2F%20%25@[::1]:6000/d%2Fx",
        ),
        ({"DB": "ignored", "DATABASE_URL": "postgresql://h/d"}, "postgresql://h/d"),
    ],
)
def test_the_database_is_a_url_or_its_parts(environ: dict[str, str], url: str) -> None:
    assert read(environ).database_url == url


@pytest.mark.parametrize(
    ("environ", "usernames"),
    [
        ({"USERNAMES": "alice, bob,alice,"}, ("alice", "bob")),
        ({"USERNAME": "alice"}, ("alice",)),
        ({"USERNAMES": "bob", "USERNAME": "alice"}, ("bob",)),
        ({"USERNAMES": ""}, ()),
    ],
)
def test_usernames_are_separated_by_commas(environ: dict[str, str], usernames: tuple[str, ...]) -> None:
    assert read(environ).usernames == usernames


@pytest.mark.parametrize(
    ("environ", "services"),
    [
        ({"SERVICES": "musicbrainz, ReccoBeats,musicbrainz,"}, ("musicbrainz", "reccobeats")),
        ({"SERVICES": "none"}, ()),
        ({"SERVICES": "None", "LASTFM_API_KEY": "k"}, ()),
        ({"LASTFM_API_KEY": "k"}, ("listenbrainz", "musicbrainz", "lastfm")),
        ({"SERVICES": "listenbrainz", "LASTFM_API_KEY": "k"}, ("listenbrainz",)),
        ({"SERVICES": "lastfm", "LASTFM_API_KEY": "k"}, ("lastfm",)),
    ],
)
def test_services_are_listed_or_implied_by_a_key(environ: dict[str, str], services: tuple[str, ...]) -> None:
    assert read(environ).services == services


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("web,", ("web",)),
        ("music.example, other.example.", ("music.example", "other.example")),
        ("[2001:db8::1],2001:db8::1", ("[2001:db8::1]", "2001:db8::1")),
    ],
)
def test_names_and_addresses_are_separated_by_commas(written: str, names: tuple[str, ...]) -> None:
    assert read({"ALLOWED_HOSTS": written}).allowed_hosts == names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("music.example:443", "music.example"),
        ("music.example:", "music.example"),
        ("192.168.1.10:8000", "192.168.1.10"),
        ("[2001:db8::1]:8000", "[2001:db8::1]"),
    ],
)
def test_a_port_in_a_host_name_is_refused_with_a_suggestion(written: str, name: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read({"ALLOWED_HOSTS": f"ok.example,{written}"})
    assert str(refusal.value) == (
        f"ALLOWED_HOSTS contains {written!r}: leave out the port ({name}), because names are valid on every port."
    )


@pytest.mark.parametrize(
    "written",
    ["https://music.example", "music.example/insight", "*.example", "*", "music.example:https", "a b", ":443"],
)
def test_an_invalid_host_name_is_refused(written: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read({"ALLOWED_HOSTS": f"ok.example,{written}"})
    assert str(refusal.value) == (
        f"ALLOWED_HOSTS contains {written!r}: use names such as music.example and addresses such as 192.168.1.10, "
        "separated by commas, without https:// and without a path."
    )


def test_seeds_are_separated_by_commas() -> None:
    result = read({"SEED_ARTISTS": "Björk, 06HL4z0CvFAxyc27GXpf02", "SEED_GENRES": "ambient", "SEED_TRACKS": " ,"})
    assert (result.seed_artists, result.seed_genres, result.seed_tracks) == (
        ("Björk", "06HL4z0CvFAxyc27GXpf02"),
        ("ambient",),
        (),
    )


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("from-a-file\n")
    assert read({"CLIENT_ID": "x", "CLIENT_SECRET_FILE": str(path)}).client_secret == "from-a-file"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "80000"}, "PORT is '80000': use a port number from 1 to 65535."),
        ({"PORT": "eight"}, "PORT is 'eight': use a port number from 1 to 65535."),
        ({"QUESTION_SECONDS": "0"}, "QUESTION_SECONDS is '0': use whole seconds from 1 to 600."),
        ({"METRICS_PUBLIC": "perhaps"}, "METRICS_PUBLIC is 'perhaps': use true or false."),
        (
            {"TRUSTED_PROXIES": "127.0.0.1, proxy"},
            "TRUSTED_PROXIES contains 'proxy': use addresses such as 127.0.0.1 and networks such as 10.0.0.0/8, "
            "separated by commas.",
        ),
        (
            {"CORS_ORIGINS": "https://dashboard.example/page"},
            "CORS_ORIGINS contains 'https://dashboard.example/page': use origins such as https://dashboard.example or "
            "http://localhost:3000, separated by commas, without a path.",
        ),
        (
            {"CORS_ORIGINS": "*"},
            "CORS_ORIGINS contains '*': use origins such as https://dashboard.example or http://localhost:3000, "
            "separated by commas, without a path.",
        ),
        ({"BASE_PATH": "insight"}, "BASE_PATH is 'insight': use the beginning of a path, such as /insight."),
        ({"BASE_PATH": "/../x"}, "BASE_PATH is '/../x': use the beginning of a path, such as /insight."),
        ({"TIME_ZONE": "Berlin"}, "TIME_ZONE is 'Berlin': use an IANA name such as Europe/Berlin."),
        ({"TIME_ZONE": "../etc/passwd"}, "TIME_ZONE is '../etc/passwd': use an IANA name such as Europe/Berlin."),
        ({"TIME_ZONE": "localtime"}, "TIME_ZONE is 'localtime': use an IANA name such as Europe/Berlin."),
        ({"TIME_ZONE": "right/UTC"}, "TIME_ZONE is 'right/UTC': use an IANA name such as Europe/Berlin."),
        ({"COLLECT_MINUTES": "0"}, "COLLECT_MINUTES is '0': use whole minutes from 1 to 1440."),
        ({"POSTGRES_PORT": "80"}, "POSTGRES_PORT is '80': use a port number from 1024 to 65535."),
        ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES is '0': use a whole number from 1 to 64."),
        ({"WEB_PROCESSES": "all"}, "WEB_PROCESSES is 'all': use a whole number from 1 to 64."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml': use text or json."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud': use debug, info, warning or error."),
        ({"SCAN_MODE": "always"}, "SCAN_MODE is 'always': use recent, hybrid or live."),
        ({"API_CALLS_A_DAY": "many"}, "API_CALLS_A_DAY is 'many': use a whole number from 1 to 1000000."),
        ({"SPOTIFY_API_URL": "api"}, "SPOTIFY_API_URL is 'api': use a web address."),
        ({"RECCOBEATS_URL": "ftp://x"}, "RECCOBEATS_URL is 'ftp://x': use a web address."),
        (
            {"SERVICES": "listenbrainz,spotify"},
            "SERVICES contains 'spotify': use listenbrainz, musicbrainz, lastfm, reccobeats, separated by commas, "
            "or none.",
        ),
        (
            {"SERVICES": "none,lastfm"},
            "SERVICES contains 'none': use listenbrainz, musicbrainz, lastfm, reccobeats, separated by commas, or "
            "none.",
        ),
        (
            {"SERVICES": "lastfm"},
            "SERVICES names lastfm, but LASTFM_API_KEY is not set: Last.fm needs a key.",
        ),
        (
            {"LISTENBRAINZ_TOKEN": "two words"},
            "LISTENBRAINZ_TOKEN is not a valid key: keys have up to 200 ASCII characters and no spaces.",
        ),
        (
            {"LASTFM_API_KEY": "schlüssel"},
            "LASTFM_API_KEY is not a valid key: keys have up to 200 ASCII characters and no spaces.",
        ),
        ({"DB": "d"}, "DB_HOST is not set: DB, DB_HOST and DB_USER go together, or use DATABASE_URL."),
        ({"DB_PASSWORD": "p"}, "DB is not set: DB, DB_HOST and DB_USER go together, or use DATABASE_URL."),
        (
            {"DATABASE_URL": "mysql://u:hidden@h/d"},
            "DATABASE_URL is invalid: use postgresql://user:password@host:port/name.",
        ),
        (
            {"CLIENT_SECRET": "x"},
            "CLIENT_SECRET is set but CLIENT_ID is not: both come from the same Spotify app.",
        ),
        (
            {"CLIENT_ID_FILE": "/no/such/file"},
            "CLIENT_ID_FILE is '/no/such/file', which cannot be read: name a readable file.",
        ),
        ({"CLIENT_ID": "x", "CLIENT_ID_FILE": "y"}, "CLIENT_ID and CLIENT_ID_FILE are both set: keep only one."),
        (
            {"SECRET_KEY": "short"},
            "SECRET_KEY is too short: use at least 32 characters, for example from `openssl rand -hex 32`.",
        ),
        (
            {"SECRET_KEY": "n" * 32, "SECRET_KEY_OLD": "hidden"},
            "SECRET_KEY_OLD is too short: use at least 32 characters, for example from `openssl rand -hex 32`.",
        ),
        (
            {"SECRET_KEY_OLD": "o" * 32},
            "SECRET_KEY_OLD is set but SECRET_KEY is not: it is for keys that SECRET_KEY has replaced.",
        ),
        (
            {"REDIRECT_URI": "http://localhost:8000/connect/callback"},
            "REDIRECT_URI is 'http://localhost:8000/connect/callback': Spotify accepts https://…, "
            "http://127.0.0.1:PORT/… and http://[::1]:PORT/… (not `localhost`).",
        ),
        (
            {"USERNAMES": "alice,../bob"},
            "USERNAMES contains '../bob': a username has 1 to 64 letters, digits, '.', '_' and '-', starting with a "
            "letter or digit; separate several with commas.",
        ),
    ],
)
def test_an_invalid_value_is_refused_with_its_variable(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read(environ)
    assert str(refusal.value) == sentence


def test_older_keys_come_after_the_current_one(tmp_path: Path) -> None:
    new, old, older = "n" * 32, "o" * 32, "e" * 32
    path = tmp_path / "keys"
    path.write_text(f"{new}\n{old}\n")
    in_lines = "\n".join([new, old, older])
    assert read({"SECRET_KEY": new, "SECRET_KEY_OLD": f"{old}, {older}"}).secret_key == in_lines
    assert read({"SECRET_KEY_FILE": str(path), "SECRET_KEY_OLD": older}).secret_key == in_lines


def test_hosts_that_webhooks_may_reach_are_compared_without_case_and_brackets() -> None:
    written = "HomeAssistant.local, 192.168.1.10, [fd00::1]"
    assert read({"WEBHOOK_PRIVATE_HOSTS": written}).webhook_private_hosts == {
        "homeassistant.local", "192.168.1.10", "fd00::1",
    }  # fmt: skip
    with pytest.raises(SettingsError, match="WEBHOOK_PRIVATE_HOSTS contains 'https://x': use names such as"):
        read({"WEBHOOK_PRIVATE_HOSTS": "https://x"})


def test_secrets_do_not_appear_in_repr() -> None:
    environ = {
        "CLIENT_ID": "x",
        "NOTIFY_URLS": "ntfy://hidden-4",
        "CLIENT_SECRET": "hidden-1",
        "SECRET_KEY": "hidden-2" * 4,
        "LASTFM_API_KEY": "hidden-5",
        "LISTENBRAINZ_TOKEN": "hidden-6",
    }
    assert "hidden" not in repr(read({**environ, "DATABASE_URL": "postgresql://u:hidden-3@h/d"}))


def test_every_setting_is_in_the_example_the_documentation_and_the_compose_file() -> None:
    derived = {"database_url", "accounts_url", "api_url", "service_addresses", "service_keys", "is_demo"}
    names = {field.name.upper() for field in fields(Settings) if field.name not in derived}
    names |= {"DATABASE_URL", "SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL", "DB", "DB_HOST", "DB_PORT", "DB_USER"}
    names |= {"INSIGHT_DATA", *(setting for service in MUSIC_SERVICES for setting in service.addresses)}
    names |= {service.key_setting for service in MUSIC_SERVICES if service.key_setting}
    example = (ROOT / ".env.development").read_text()
    table = (ROOT / "docs/operations.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    compose = (ROOT / "docker-compose.dev.yml").read_text()
    # The containers have a database, and cron.
    own = {"DATABASE_URL", "POSTGRES_PORT", "INSIGHT_DATA", "COLLECT_MINUTES"}
    assert {name for name in names | {"DB_PASSWORD"} if f"\n{name}=" not in example} == set()
    assert {name for name in names - own if f" {name}: " not in compose} == set()
    assert {name for name in names if f"`{name}`" not in table} == set()


def test_the_example_holds_only_defaults() -> None:
    lines = [line for line in (ROOT / ".env.development").read_text().splitlines() if line and line[0] != "#"]
    assert read(dict(line.split("=", 1) for line in lines)) == read({})


def test_the_process_environment_overrides_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nTIME_ZONE=Europe/Berlin\n")
    (tmp_path / "Pipfile").touch()
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.setenv("PORT", "9002")
    monkeypatch.delenv("TIME_ZONE", raising=False)
    assert (read().port, read().time_zone) == (9002, "Europe/Berlin")


def test_the_demo_gets_none_of_the_operators_values(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither from the process nor from `.env`; without a port of its own, it uses the one after the operator's."""
    (tmp_path / ".env").write_text("PORT=9001\nCLIENT_ID=own\nNOTIFY_URLS=ntfy://own\nUSERNAMES=own\n")
    (tmp_path / "Pipfile").touch()
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://own@h/d")
    monkeypatch.setenv("CLIENT_SECRET_FILE", "/own")
    monkeypatch.setenv("ADMINISTRATORS", "own")
    demo = read(settings.demo_environment())
    assert (demo.port, demo.client_id, demo.notify_urls, demo.usernames, demo.database_url) == (
        9002,
        None,
        (),
        (),
        None,
    )
    assert demo.redirect_uri == "http://127.0.0.1:9002/connect/callback"
    assert demo.administrators == ("alice",)  # also for commands, such as `cli.py --demo tokens create`
    monkeypatch.setenv("PORT", "9100")
    assert read(settings.demo_environment()).port == 9100
    assert read(settings.demo_environment(9200)).port == 9200


def test_the_data_folder_is_in_the_checkout_or_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("INSIGHT_DATA", raising=False)
    assert settings.data_folder() == ROOT / ".data"
    monkeypatch.setattr(settings, "ROOT", tmp_path / "site-packages" / "insight_for_spotify")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert settings.data_folder() == tmp_path / "share" / "insight-for-spotify"
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.data_folder() == tmp_path / ".local" / "share" / "insight-for-spotify"
    monkeypatch.setenv("INSIGHT_DATA", str(tmp_path / "mine"))
    assert settings.data_folder() == tmp_path / "mine"

"""Door: people at a terminal. `python cli.py connect NAME`, `python cli.py import FILE… --user NAME`."""

import argparse
import json
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import settings as configuration
from collect.archives import UnreadableExport
from collect.connecting import Connecting
from collect.progress import progress_on
from collect.session import spotify_app
from collect.streaming_history import ImportReport, import_history
from db.accounts import AccountError, account_named, ensure_accounts
from db.connection import DatabaseUnreachable, connected
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, opened_database, secret_key
from db.server import ServerError
from recommend.nightly import listening_day, recommend
from settings import Settings, SettingsError
from spotify.errors import SpotifyError
from spotify.oauth import App

DATA = configuration.ROOT / ".data"
WRONG_SETTING = 78  # EX_CONFIG
REFUSALS = (AccountError, DatabaseTooNew, DatabaseUnreachable, ServerError, SpotifyError, UnreadableExport)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        settings = configuration.read()
        with opened_database(settings.database_url, DATA, name="insight_demo" if chosen.demo else "insight"):
            with connected():
                ensure_accounts(settings.usernames, settings.time_zone)
            return int(chosen.run(settings, chosen))
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, WRONG_SETTING)
    except REFUSALS as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        print("Stopped; nothing was left half done.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cli.py", description="Insight for Spotify, for people at a terminal.")
    parser.add_argument("--demo", action="store_true", help="work on the demo's database instead of your own")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    connect = commands.add_parser("connect", help="give an account its connection to Spotify")
    connect.add_argument("username")
    connect.set_defaults(run=run_connect)
    take_in = commands.add_parser("import", help="take in Spotify's exported streaming history")
    take_in.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER|ZIP")
    take_in.add_argument("--user", required=True, help="the account that the history belongs to")
    take_in.add_argument("--json", action="store_true", help="end with one JSON object on the last line")
    take_in.set_defaults(run=run_import)
    return parser


def _refused(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)
    return status


def run_connect(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print the consent link, take the address that the browser was sent back to."""
    if settings.client_id is None:
        raise SettingsError("CLIENT_ID is not set: make an app at developer.spotify.com and name it in .env.")
    app = App(
        settings.client_id, settings.client_secret, settings.redirect_uri, settings.accounts_url, settings.api_url
    )
    spotify = spotify_app(app, secret_key(settings.secret_key, settings.database_url, DATA))
    connecting = Connecting(spotify.app, spotify.http, spotify.cipher)
    consent = connecting.start(chosen.username)
    print(f"Open this link, signed in to Spotify as {chosen.username}, and agree:\n\n{consent.url}\n")
    print(f"The browser is then sent to {settings.redirect_uri}?… (the page need not load).")
    callback = input("Paste that whole address here: ").strip()
    print(connecting.finish(chosen.username, callback, consent.state, consent.verifier))
    return 0


def run_import(_: Settings, chosen: argparse.Namespace) -> int:
    """Import, say what became of every row, and make today's recommendations from what is known now."""
    with connected():
        account = account_named(chosen.user)
    report = import_history(account.id, chosen.paths, progress_on(sys.stderr))
    _print_report(report)
    with connected():
        today = listening_day(datetime.now(UTC), account.time_zone)
        print(recommend(account, today, rebuild=report.fates["new"] > 0))
    if chosen.json:
        print(json.dumps(_json(report)))
    return 0


def _print_report(report: ImportReport) -> None:
    """A line a file and one for all; a fate that no row had is not named."""
    lines = {PurePosixPath(file.name).name: (file.rows, file.fates) for file in report.files}
    lines["In all"] = (report.rows, report.fates)
    width = max(map(len, lines))
    for name, (rows, fates) in lines.items():
        said = ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in fates.items() if count)
        print(f"{name:{width}} {rows:>9,} rows: {said or 'nothing'}")
    for problem in (problem for file in report.files for problem in file.problems):
        print(f"Set aside: {problem}")


def _json(report: ImportReport) -> dict[str, object]:
    files = [{"name": file.name, "rows": file.rows, "fates": file.fates} for file in report.files]
    return {"import": report.import_id, "rows": report.rows, "fates": report.fates, "files": files}


if __name__ == "__main__":
    sys.exit(main())

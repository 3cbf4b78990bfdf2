"""Send thousands of odd requests to every address of the running service, and check each answer against /openapi.json.

    make fuzz            (python -m benchmarks.fuzz_api [--cases 11500] [--seed 1])

The service is a process of its own, on a database with two years of the demo's listener. schemathesis makes the
requests from the OpenAPI document, half of them valid ones about existing accounts. It fails on any 5xx, on a status
that is not in the document, and on an answer, header or media type that does not match it.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from urllib.request import urlopen

from benchmarks.visitors import BEHIND
from collect.exports.streaming_history import import_history
from collect.progress import ImportProgress
from db.engine.connection import close_database, connected, database, open_database
from db.engine.server import ensure_database, local_server
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate
from demo.catalogue import make_catalogue
from demo.export import write_extended_zip
from demo.listener import Habits, Listener
from people.accounts import account_named
from terminal.progress import Progress
from web.openapi.document import document

ROOT = Path(__file__).parent.parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
DAYS = 730
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)


def fill(url: str, folder: Path) -> None:
    open_database(url)
    migrate()
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
        database.execute_sql("UPDATE account SET visibility = 'public'")
        accounts = [account_named(name) for name in ("alice", "bob")]
    for seed, account in enumerate(accounts):
        listener = Listener(Habits(seed, date(2023, 1, 1), "Europe/Berlin", 25), make_catalogue())
        heard = [play for day in islice(iter(listener.next_day, None), DAYS) for play in day]
        write_extended_zip(folder / f"{account.username}.zip", heard)
        import_history(account.id, [folder / f"{account.username}.zip"], ImportProgress(Progress(sys.stderr)))
    close_database()


@contextmanager
def service(url: str) -> Iterator[str]:
    """Run the web service as a process; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        **BEHIND,
        "DATABASE_URL": url,
        "PORT": str(port),
        "SECRET_KEY": "0" * 32,
        "CLIENT_ID": "fuzz",
    }
    child = subprocess.Popen(
        [sys.executable, "application.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        yield _when_ready(f"http://127.0.0.1:{port}")
    finally:
        child.terminate()
        child.wait()


def _when_ready(address: str) -> str:
    for _ in range(200):
        try:
            with urlopen(f"{address}/ready"):  # noqa: S310 - our own, over http
                return address
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The service did not become ready.")


def fuzz(address: str, folder: Path, cases: int, seed: int, *, right: bool) -> int:
    """Returns schemathesis' exit status. `right`: only valid requests about existing accounts."""
    config = folder / "schemathesis.toml"
    config.write_text('[parameters]\n"path.username" = "alice"\n"path.other" = "bob"\n' if right else "")
    command = [
        str(SCHEMATHESIS), "--config-file", str(config), "run", f"{address}/openapi.json", "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing", "--max-examples", str(cases), "--seed", str(seed),
        "--mode", "positive" if right else "all", "--continue-on-failure", "--suppress-health-check", "all",
        "--warnings", "off",
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "benchmarks.fuzz_hooks", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=11_500, help="at least so many in all")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    operations = len(document("0")["paths"])
    each = -(-chosen.cases // operations // 2)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres") as server:
            ensure_database(server, "fuzz")
            fill(server.url("fuzz"), folder)
            with service(server.url("fuzz")) as address:
                failed = [fuzz(address, folder, each, chosen.seed, right=right) for right in (True, False)]
    raise SystemExit(1 if any(failed) else 0)


if __name__ == "__main__":
    main()

"""The size of compressed answers, and the time that compression takes.

    python -m benchmarks.compression [--plays 50000]

Prints bytes and median milliseconds for each encoding, for answers about a simulated listener. The time is spent in the
thread that made the answer, not in the event loop.
"""

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from benchmarks.question_speed.instance import make_instance
from db.engine.server import ensure_database, local_server
from web.http.answers import CACHING, JSON
from web.http.services import Services
from web.server.compression import compressed
from web.service import web_service

PATHS = ("/history/alice", "/history/alice?limit=500", "/top-tracks/alice?limit=100", "/openapi.json")
ENCODINGS = ("zstd", "br", "gzip")
TURNS = 31


def measured(body: bytes, encoding: str) -> tuple[int, float]:
    """(bytes, milliseconds)"""
    scope = {"type": "http", "query_string": b"", "headers": [(b"accept-encoding", encoding.encode())]}
    request, took = Request(scope, _nothing), list[float]()
    for _ in range(TURNS):
        response, began = Response(body, 200, CACHING, JSON), time.perf_counter()
        smaller = compressed(request, response)
        took.append((time.perf_counter() - began) * 1000)
    return len(smaller.body), statistics.median(took)


async def _nothing() -> dict[str, object]:
    return {"type": "http.disconnect"}


def table() -> None:
    print(f"{'':30} {'plain':>9}", *(f"{encoding:>18}" for encoding in ENCODINGS))
    service = web_service(Services("0.0.0", lambda: datetime.now(UTC)))
    with TestClient(service, base_url="http://127.0.0.1", headers={"Accept-Encoding": "identity"}) as client:
        for path in PATHS:
            body = client.get(path).content
            results = [measured(body, encoding) for encoding in ENCODINGS]
            print(f"{path:30} {len(body):9,}", *(f"{length:9,} {took:5.2f} ms" for length, took in results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=50_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres", durable=False) as server:
            ensure_database(server, "bench")
            make_instance(server.url("bench"), folder / "export.zip", 0, 0, chosen.plays)
            table()


if __name__ == "__main__":
    main()

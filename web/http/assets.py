"""Style sheets and pictures of our own pages: each under an address that changes with its content, kept for a year."""

import os
from functools import cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope
from starlette_compress import CompressMiddleware

FOLDER = Path(__file__).parent.parent / "static"
VERSION = "v"  # the parameter that holds a file's digest
FOREVER, ASK_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"


@cache
def digest(name: str) -> str:
    return blake2b((FOLDER / name).read_bytes(), digest_size=9).hexdigest()


def asset_path(name: str) -> str:
    """As in /static/tokens.css?v=…, below the base path."""
    return f"/static/{name}?{VERSION}={digest(name)}"


class Assets(StaticFiles):
    """The files of web/static/; the digest of their content is their ETag."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        version = digest(str(Path(full_path).relative_to(FOLDER.resolve())))
        requested = parse_qs(scope["query_string"].decode("latin-1")).get(VERSION)
        headers = {"ETag": f'"{version}"', "Cache-Control": FOREVER if requested == [version] else ASK_AGAIN}
        response = FileResponse(full_path, status_code, headers, stat_result=stat_result)
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response


ASSETS = CompressMiddleware(Assets(directory=FOLDER), minimum_size=512)

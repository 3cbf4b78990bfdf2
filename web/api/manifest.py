"""/manifest.webmanifest: what a device needs to know to install the service like an app."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.assets import asset_path
from web.http.services import services

MANIFEST = "application/manifest+json"
PAPER = "#fbfbf9"  # as in tokens.css
SIZES = (192, 512)  # pixels; icons of that size are in web/static/


def manifest(request: Request) -> Response:
    """The manifest, for everybody."""
    parameters(request)
    body = msgspec.json.encode(_manifest(services(request).base_path))
    return Response(body, headers={"Cache-Control": "public, max-age=3600"}, media_type=MANIFEST)


def _manifest(base_path: str) -> Mapping[str, object]:
    return {
        "name": "Insight for Spotify",
        "short_name": "Insight",
        "id": f"{base_path}/",
        "start_url": f"{base_path}/",
        "scope": f"{base_path}/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": f"{base_path}{asset_path('icon.svg')}", "sizes": "any", "type": "image/svg+xml"},
            *(_icon(base_path, size) for size in SIZES),
        ],
    }


def _icon(base_path: str, size: int) -> Mapping[str, str]:
    """The icon has a margin, so a device may cut it to any shape."""
    address = f"{base_path}{asset_path(f'icon-{size}.png')}"
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}

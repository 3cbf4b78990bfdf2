"""Texts to paste into other programs, so that they read a listener's statistics with a new token."""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.requests import Request

from db.people.api_tokens import WIDGET
from people.accounts import Account
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import linked
from web.pages.languages import _
from web.visitors.visitor import READ

TOTALS = "totals"
CURL = "curl -H 'Authorization: Bearer {token}' '{address}'"
# https://www.home-assistant.io/integrations/rest/, in configuration.yaml
HOME_ASSISTANT = """\
rest:
  - resource: "{origin}/totals/{username}?period=today"
    headers:
      Authorization: "Bearer {token}"
    scan_interval: 900
    sensor:
      - name: "{plays}"
        unique_id: "insight_{username}_plays_today"
        value_template: "{{{{ value_json.totals.plays }}}}"
        state_class: total
      - name: "{minutes}"
        unique_id: "insight_{username}_minutes_today"
        value_template: "{{{{ (value_json.totals.ms_played / 60000) | round }}}}"
        unit_of_measurement: min
        device_class: duration
        state_class: total
"""
# https://gethomepage.dev/widgets/services/customapi/, in services.yaml
HOMEPAGE = """\
- Insight:
    - "{username}":
        href: "{origin}/totals/{username}?period=week"
        widget:
          type: customapi
          url: "{origin}/totals/{username}?period=week"
          refreshInterval: 900000
          headers:
            Authorization: "Bearer {token}"
          mappings:
            - field:
                totals: plays
              label: "{plays}"
              format: number
            - field:
                totals: ms_played
              label: "{listened}"
              format: duration
              scale: 1/1000
            - field:
                totals: artists
              label: "{artists}"
              format: number
"""
# https://gethomepage.dev/widgets/services/yourspotify/
WIDGET_OF_HOMEPAGE = """\
- Insight:
    - "{username}":
        href: "{origin}/totals/{username}?period=week"
        widget:
          type: yourspotify
          url: "{origin}"
          key: "{token}"
          interval: week
"""
# As in Claude Code, Cursor, VS Code and others; some call the first member differently.
MCP = """\
{{
  "mcpServers": {{
    "insight": {{
      "type": "http",
      "url": "{origin}/mcp",
      "headers": {{"Authorization": "Bearer {token}"}}
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Example:
    """`where` says where its `text` belongs."""

    program: str
    where: str
    text: str


def examples(
    request: Request, own: Account, token: str, granted: Collection[str], asks: Collection[str]
) -> list[Example]:
    """Examples for a token with the scopes `granted` that may read the statistics `asks` (empty: all)."""
    origin = f"{own_origin(request)}{services(request).base_path}"
    filled = {"origin": origin, "username": own.username, "token": token, **_labels()}
    if WIDGET in granted:
        return [Example("Homepage", "services.yaml", WIDGET_OF_HOMEPAGE.format(**filled))]
    return _of_reader(filled, asks) if READ in granted else []


def _of_reader(filled: dict[str, str], asks: Collection[str]) -> list[Example]:
    """The examples with totals only if the token may read totals."""
    names = asks or (TOTALS,)
    readable = TOTALS if TOTALS in names else next((name for name in sorted(names) if name in linked()), None)
    if readable is None:
        return []
    curl = CURL.format(address=f"{filled['origin']}/{readable}/{filled['username']}", **filled)
    own_terminal = Example("curl", _("At a terminal"), curl)
    return [own_terminal, *(_with_totals(filled) if readable == TOTALS else ()), _mcp(filled)]


def _mcp(filled: dict[str, str]) -> Example:
    return Example("MCP", _("For language models"), MCP.format(**filled))


def _with_totals(filled: dict[str, str]) -> list[Example]:
    return [
        Example("Home Assistant", "configuration.yaml", HOME_ASSISTANT.format(**filled)),
        Example("Homepage", "services.yaml", HOMEPAGE.format(**filled)),
    ]


def _labels() -> dict[str, str]:
    return {
        "plays": _("Plays"),
        "minutes": _("Minutes listened"),
        "listened": _("Listened"),
        "artists": _("Artists"),
    }

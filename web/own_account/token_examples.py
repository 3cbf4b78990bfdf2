"""What to paste into other programs, so that they read a listener's statistics with a new token."""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.requests import Request

from people.accounts import Account
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import linked
from web.pages.languages import _

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


@dataclass(frozen=True, slots=True)
class Example:
    """`where` says where its `text` belongs."""

    program: str
    where: str
    text: str


def examples(request: Request, own: Account, token: str, asks: Collection[str]) -> list[Example]:
    """For a token that may read the statistics that it `asks` for (none: all); those with totals need totals."""
    names = asks or (TOTALS,)
    readable = TOTALS if TOTALS in names else next((name for name in sorted(names) if name in linked()), None)
    if readable is None:
        return []
    origin = f"{own_origin(request)}{services(request).base_path}"
    filled = {"origin": origin, "username": own.username, "token": token, **_labels()}
    curl = CURL.format(token=token, address=f"{origin}/{readable}/{own.username}")
    own_terminal = Example("curl", _("At a terminal"), curl)
    return [own_terminal, *(_with_totals(filled) if readable == TOTALS else ())]


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

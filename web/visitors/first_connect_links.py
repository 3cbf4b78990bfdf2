"""Links that connect accounts for the first time, for the log of a service that is not used on its own machine.

In a container, a browser on the host looks like any other machine, and not everyone who reaches the port may take an
account that nobody has connected yet. Only the person who runs the service reads its log. Links work once, for minutes.
"""

from urllib.parse import urlencode

from advice import command
from db.people.invitations import MINUTES, make_first_link
from people.accounts import account_named
from people.never_connected import newcomers

MOST = 5  # links per start; larger communities use invitations


def links_to_connect(address: str) -> list[str]:
    """A log line for each account that was never connected, with a new link below `address`."""
    usernames = newcomers()
    lines = [_line(username, address) for username in usernames[:MOST]]
    if len(usernames) > MOST:
        others = len(usernames) - MOST
        invite = command("cli.py", "users invite USERNAME")
        lines.append(f"{others} more are not connected: `{invite}` prints a link.")
    return lines


def _line(username: str, address: str) -> str:
    invitation = make_first_link(account_named(username).id).text
    query = urlencode({"username": username, "invitation": invitation})
    return f"Connect {username} to Spotify (this link works once, within {MINUTES} minutes): {address}/connect?{query}"

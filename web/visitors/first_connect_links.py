"""Links that connect accounts for the first time, for the log of a service whose browsers come from elsewhere.

In a container a browser of the host looks like any other machine, and whoever reaches the port must not be able to take
an account that nobody has connected yet. Who reads the log runs the service. A link works once, for a few minutes.
"""

from urllib.parse import urlencode

from advice import command
from db.people.invitations import MINUTES, make_first_link
from people.accounts import account_named
from people.never_connected import newcomers

MOST = 5  # links at a start; a community invites its listeners


def links_to_connect(address: str) -> list[str]:
    """A line for each account that was never connected, with a new link below `address`."""
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
    return f"Connect {username} to Spotify (this link works once, for {MINUTES} minutes): {address}/connect?{query}"

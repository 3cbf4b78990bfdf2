"""Change how a listener wants recommendations to be made."""

from typing import Unpack

from db.people.preferences import Preference, PreferenceChanges, change_preference, preference
from people.accounts import Account
from people.actors import Actor, note


def change_preferences(account: Account, by: Actor | None = None, **changes: Unpack[PreferenceChanges]) -> Preference:
    """Change these and no others, from the next list on; returns all preferences. Raises AccountError."""
    change_preference(account.id, **changes)
    changed = preference(account.id)
    if changes:
        note("preferences-changed", account.username, by, house="on" if changed.house else "off")
    return changed

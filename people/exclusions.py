"""Add and remove the rules that hide plays. What a rule names is listening data, so audit lines leave it out."""

from db.library import exclusions
from db.library.exclusions import AppliedRule
from people.accounts import Account
from people.actors import Actor, note


def add_exclusion(account: Account, kind: str, value: str | None, by: Actor | None = None) -> AppliedRule:
    """Hide what the rule matches, now and from now on. Raises ExclusionError."""
    rule = exclusions.add_exclusion(account.id, kind, value)
    note("exclusion-added", account.username, by, exclusion=rule.id, kind=kind)
    return rule


def remove_exclusion(account: Account, number: int, by: Actor | None = None) -> int:
    """Show what only this rule hid; returns how many reports of plays changed. Raises ExclusionError."""
    changed = exclusions.remove_exclusion(account.id, number)
    note("exclusion-removed", account.username, by, exclusion=number)
    return changed

"""Give and take access to accounts: invite listeners, disable and enable accounts."""

from advice import public_command
from db.people import account_status
from db.people.accounts import AccountError
from db.people.invitations import make_invitation
from db.people.secrets import Secret
from people.accounts import Account
from people.actors import Actor, note

YOURSELF = "You would lock yourself out: ask another administrator, or run `{disabling}`."


class AccountDisabled(AccountError):
    """The account is disabled, so it takes part in nothing."""


class LockedOut(AccountError):
    """An administrator would end their own access."""


class AlreadyConnected(AccountError):
    """The account is connected, so nobody needs an invitation to it."""


def invite(account: Account, by: Actor | None = None) -> Secret:
    """Make an invitation: whoever has it may connect the account to Spotify, once.

    Raises AccountDisabled and AlreadyConnected.
    """
    check_enabled(account)
    if account.connected:
        raise AlreadyConnected(
            f"{account.username} is already connected. Its listener can sign in and renew the consent."
        )
    invitation = make_invitation(account.id)
    note("invited", account.username, by)
    return invitation


def check_enabled(account: Account) -> None:
    """Raises AccountDisabled."""
    if account.disabled:
        enabling = public_command("cli.py", "users enable", account.username)
        raise AccountDisabled(f"{account.username} is disabled. Enable the account first, with `{enabling}`.")


def disable(account: Account, by: Actor | None = None) -> None:
    """Collect nothing for the account and let nobody in until it is enabled. Nothing is lost. Raises LockedOut."""
    if by and by.username == account.username:
        raise LockedOut(YOURSELF.format(disabling=public_command("cli.py", "users disable", account.username)))
    account_status.disable_account(account.id)
    note("disabled", account.username, by)


def enable(account: Account, by: Actor | None = None) -> None:
    """Undo `disable`; browsers have to sign in again. Raises AccountError for an account that is being deleted."""
    account_status.enable_account(account.id)
    note("enabled", account.username, by)

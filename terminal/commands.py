"""What the modules of commands share."""

import argparse

from arguments import Commands

__all__ = ["Commands", "account_action"]


def account_action(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    """Add an action to a command; its first argument is the username of an account."""
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("username", metavar="USERNAME", help="the account")
    return parser

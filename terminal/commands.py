"""What commands are added to, and what several of them are made of."""

import argparse

from arguments import Commands

__all__ = ["Commands", "account_action"]


def account_action(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    """Add an action of a command; its first argument is the account that it is about."""
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("username", metavar="USERNAME", help="the account")
    return parser

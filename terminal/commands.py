"""What every command of the terminal is added to."""

from arguments import Commands

__all__ = ["Commands"]

"""What commands are added to."""

from arguments import Commands

__all__ = ["Commands"]

"""The servers behind the web program's connections, where there are others beside the database itself.

What changes something always has a connection to the database of its own. Questions may have one through a pooler that
pools transactions, and their answers may be computed by a replica.
"""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["primary", "pooler", "replica"]


@dataclass(frozen=True, slots=True)
class Servers:
    """URLs; None: there is none."""

    pooler: str | None = field(default=None, repr=False)
    replica: str | None = field(default=None, repr=False)


NO_OTHERS = Servers()

"""The servers behind the web program's connections, if there are others besides the database itself.

Everything that makes changes connects directly to the database. Questions may connect through a transaction pooler,
and a replica may compute their answers.
"""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["primary", "pooler", "replica"]


@dataclass(frozen=True, slots=True)
class Servers:
    """The URLs of the pooler and the replica; None if there is none."""

    pooler: str | None = field(default=None, repr=False)
    replica: str | None = field(default=None, repr=False)


NO_OTHERS = Servers()

"""Shards: parts of all accounts, which workers divide among themselves."""

import msgspec


class Shard(msgspec.Struct, frozen=True):
    """The accounts whose number leaves `index` when it is divided by `count`; they are numbered one after the other."""

    index: int = 0
    count: int = 1

    def covers(self, account_id: int) -> bool:
        return account_id % self.count == self.index


EVERYTHING = Shard()

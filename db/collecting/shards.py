"""Shards: parts of all accounts, which workers divide among themselves."""

import msgspec


class Shard(msgspec.Struct, frozen=True):
    """The accounts whose id leaves the remainder `index` when divided by `count`; ids are consecutive."""

    index: int = 0
    count: int = 1

    def covers(self, account_id: int) -> bool:
        return account_id % self.count == self.index


EVERYTHING = Shard()

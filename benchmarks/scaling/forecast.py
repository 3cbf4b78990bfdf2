"""What many accounts need, calculated from measurements and from how people listen."""

from collections.abc import Iterator
from dataclasses import dataclass

POLLS_A_DAY = 36  # every 20 minutes for six hours, every 60 for the rest
PLAYS_A_DAY = 30
VISITS_A_DAY = 20  # requests of each account's listener
PEAK = 4  # the busiest hour, as a multiple of the average
DAY = 86_400
SIZES = (10**5, 10**6)


@dataclass(frozen=True)
class Measured:
    """What one core of a worker, one web process, and the database can do."""

    polls_a_second: float
    processor_milliseconds_a_poll: float
    requests_a_second: float
    bytes_a_play: float


def forecast(measured: Measured) -> Iterator[str]:
    yield "| accounts | polls/s | workers | their cores | plays/s at the peak | GB a day | TB a year | web processes |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for accounts in SIZES:
        polls, plays = accounts * POLLS_A_DAY / DAY, accounts * PLAYS_A_DAY
        cores = polls * measured.processor_milliseconds_a_poll / 1000
        gigabytes = plays * measured.bytes_a_play / 1e9
        visits = accounts * VISITS_A_DAY / DAY * PEAK
        yield (
            f"| {accounts:,} | {polls:.0f} | {polls / measured.polls_a_second:.0f} | {cores:.1f} | "
            f"{plays / DAY * PEAK:.0f} | {gigabytes:.1f} | {gigabytes * 365 / 1000:.1f} | "
            f"{visits / measured.requests_a_second:.1f} |"
        )

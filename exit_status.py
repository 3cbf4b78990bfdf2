"""The exit statuses that every program has."""

import signal
from enum import IntEnum


class ExitStatus(IntEnum):
    DONE = 0  # also if the next run can finish the rest by itself
    FAILED = 1  # somebody has to look at it; the message says what is wrong
    WRONG_SETTING = 78  # EX_CONFIG: correct the setting that the message names; trying again changes nothing
    INTERRUPTED = 128 + signal.SIGINT
    TERMINATED = 128 + signal.SIGTERM

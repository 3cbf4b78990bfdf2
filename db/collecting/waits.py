"""Waits that survive the process: until when, and when that was decided, so that a clock set back prolongs none.

Whatever was decided in the future was decided before the clock was set back: nobody knows how much of its wait is left,
so it is over. At worst, one call is refused again, or made too early.
"""

from datetime import timedelta

TOLERATED = timedelta(minutes=5)  # the clocks of several machines may differ by this
SET_BACK = f"decided_at > %(now)s::timestamptz + interval '{TOLERATED.total_seconds():.0f} s'"

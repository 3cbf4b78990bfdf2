"""Keep to a service's rate limit together with all other processes that call it."""

from datetime import timedelta

from db.engine.connection import connected, row

# One statement takes the next free moment, so nobody holds a lock while waiting for it.
CLAIM = """
    INSERT INTO service_standing AS standing (service, next_call_at) VALUES (%(service)s, now() + %(pace)s)
    ON CONFLICT (service) DO UPDATE SET next_call_at = greatest(standing.next_call_at, now()) + %(pace)s
    RETURNING extract(epoch FROM next_call_at - %(pace)s - now())
"""


def claim_call(service: str, pace: float) -> float:
    """Claim the next call to a service with `pace` seconds between two calls; returns the seconds to wait for it."""
    with connected():
        (wait,) = row(CLAIM, service=service, pace=timedelta(seconds=pace)) or (0,)
    return float(wait)

"""The daily list: what the listener plays, has not played for long, and does not know yet."""

from collections.abc import Mapping
from datetime import date, datetime

from recommend.choosing.baseline import baseline
from recommend.choosing.engine import ENGINE, make_list
from recommend.choosing.provider_calls import Answer
from recommend.choosing.provider_weights import weights
from recommend.content import Content, Input
from recommend.gathering import wishes_of
from recommend.registry import PROVIDERS


def daily(source: Input, day: date, as_of: datetime) -> Content:
    context, account_id = source.context(day, as_of), source.account.id
    made = make_list(context, wishes_of(account_id, as_of), weights(account_id, as_of), PROVIDERS)
    return Content(
        ENGINE,
        made.items,
        made.status,
        made.seed,
        {"adventurousness": made.adventurousness, "sizes": made.sizes},
        outcomes(made.answers, made.weights),
        baseline(context, made.pool, made.sizes),
    )


def outcomes(answers: Mapping[str, Answer], provider_weights: Mapping[str, float]) -> dict[str, object]:
    """The outcome of each provider, for readers of the list; `oldest` is the time of its oldest cached answer."""
    return {
        name: {
            "state": answer.state,
            "candidates": len(answer.candidates),
            "weight": provider_weights[name],
            "oldest": answer.oldest.isoformat() if answer.oldest else None,
        }
        for name, answer in answers.items()
    }

"""Several rankings of the same things as one: reciprocal rank fusion, which needs no comparable scores."""

from collections.abc import Sequence

_DAMPING = (
    60  # as in the paper (Cormack, Clarke, Büttcher 2009): the first places of one list do not decide alone
)


def fused(*rankings: Sequence[int]) -> list[tuple[int, float]]:
    """Every id with its score, the best first: 1 for what comes first in all rankings."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, id in enumerate(ranking):
            scores[id] = scores.get(id, 0.0) + (_DAMPING + 1) / (_DAMPING + 1 + place)
    count = max(1, len(rankings))
    return sorted(((id, score / count) for id, score in scores.items()), key=lambda one: (-one[1], one[0]))

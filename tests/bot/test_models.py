"""Models that end: which of those in use the admins hear of."""

from datetime import date

from bot.models import ending
from domain.catalogue import Catalogue, Model

TODAY = date(2026, 11, 24)


def _catalogue(*models: Model) -> Catalogue:
    return Catalogue({model.id: model for model in models})


def test_the_default_of_every_capability_counts_as_in_use() -> None:
    catalogue = _catalogue(
        Model("talks", "chat", "T"),
        Model("speaks", "speech", "S", shutdown=date(2027, 1, 6)),
        Model("unused", "speech", "U", shutdown=date(2026, 12, 1)),
    )

    assert [model.id for model in ending(catalogue, [], TODAY)] == ["speaks"]


def test_what_somebody_chose_counts_too() -> None:
    catalogue = _catalogue(Model("a", "chat", "A"), Model("b", "chat", "B", shutdown=date(2026, 12, 1)))

    assert [model.id for model in ending(catalogue, ["b", "gone"], TODAY)] == ["b"]


def test_an_end_beyond_two_months_is_no_news() -> None:
    catalogue = _catalogue(Model("a", "chat", "A", shutdown=date(2027, 1, 24)))

    assert ending(catalogue, [], TODAY) == []

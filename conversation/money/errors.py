"""What a person reads when a call may not be made, before anything is called."""

from datetime import tzinfo

from domain.errors import UserFacingError
from domain.money import exact_dollars
from domain.periods import Period
from domain.texts import Text
from storage.ledger import Limit, Shortage


class BudgetSpent(UserFacingError):
    """A budget does not allow the call; the text says which one, and when it begins anew."""

    def __init__(self, shortage: Shortage, expected_microdollars: int, zone: tzinfo) -> None:
        limit = shortage.limit
        super().__init__(f"budget of {limit.account} for a {limit.period.value}")
        if _is_claimed_by_others(shortage, expected_microdollars):
            self.text = _CLAIMED
        else:
            self.may_pass = False
            self.text = _spent(shortage, expected_microdollars, zone)


class PriceUnknown(UserFacingError):
    """There are budgets, and the operator allows nothing that cannot be counted against them."""

    text = Text(
        "What that costs is not known, and this bot makes no calls of unknown price. Try another /model."
    )
    may_pass = False


class CodeTooLong(UserFacingError):
    """Code has run for as long as what is set aside for it pays for."""

    text = Text("Running the code took longer than what is left of the budget pays for.")


def when(limit: Limit, zone: tzinfo) -> str:
    """The moment at which a budget begins anew, as people of that zone write it everywhere."""
    return f"{limit.ends.astimezone(zone):%Y-%m-%d %H:%M} ({zone})"


def _is_claimed_by_others(shortage: Shortage, expected: int) -> bool:
    """Whether it would be allowed if nothing else were going on."""
    settled = shortage.spent_microdollars - shortage.pending_microdollars
    return shortage.pending_microdollars > 0 and shortage.limit.microdollars - settled >= max(expected, 1)


def _spent(shortage: Shortage, expected: int, zone: tzinfo) -> Text:
    limit = shortage.limit
    return Text(
        _SPENT[limit.account.kind, limit.period].message,
        spent=exact_dollars(shortage.spent_microdollars),
        limit=exact_dollars(limit.microdollars),
        cost=exact_dollars(expected),
        when=when(limit, zone),
    )


_CLAIMED = Text(
    "What is left of the budget is set aside for answers that are being made right now. Please try again in a "
    "moment."
)
_SPENT = {
    ("user", Period.DAY): Text(
        "Your budget for today does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
    ("user", Period.MONTH): Text(
        "Your budget for this month does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
    ("chat", Period.DAY): Text(
        "This group's budget for today does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
    ("chat", Period.MONTH): Text(
        "This group's budget for this month does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
    ("bot", Period.DAY): Text(
        "The whole bot's budget for today does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
    ("bot", Period.MONTH): Text(
        "The whole bot's budget for this month does not allow that: {spent} of {limit} are spent, "
        "and this may cost {cost}. It begins anew on {when}."
    ),
}

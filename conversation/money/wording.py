"""Money in words."""

from collections.abc import Callable, Iterable, Sequence

from conversation.money.ledger import Crossing
from domain.money import Purpose, dollars
from domain.periods import Period
from domain.texts import Plural, Sentence, Text
from storage.ledger import Limit
from storage.spending import Total

Say = Callable[[Sentence], str]

PURPOSES: dict[Purpose, tuple[str, Text]] = {
    Purpose.CHAT: ("💬", Text("Answers")),
    Purpose.VISION: ("👁", Text("Looking at pictures")),
    Purpose.SUMMARY: ("📝", Text("Summaries")),
    Purpose.TRANSLATION: ("🌐", Text("Translations")),
    Purpose.TRANSCRIPTION: ("👂", Text("Listening")),
    Purpose.SPEECH: ("🔊", Text("Speaking")),
    Purpose.IMAGE: ("🎨", Text("Drawing")),
    Purpose.EMBEDDING: ("🔎", Text("Indexing")),
    Purpose.WEB_SEARCH: ("🌍", Text("Searching the web")),
    Purpose.FILE_SEARCH: ("📁", Text("Searching files")),
    Purpose.CODE: ("🧮", Text("Running code")),
    Purpose.STORAGE: ("🗄", Text("Keeping files searchable")),
}
_LEFT = {
    ("user", Period.DAY): Text("Left for today: {left} of {limit}"),
    ("user", Period.MONTH): Text("Left for this month: {left} of {limit}"),
    ("chat", Period.DAY): Text("Left for this group today: {left} of {limit}"),
    ("chat", Period.MONTH): Text("Left for this group this month: {left} of {limit}"),
    ("bot", Period.DAY): Text("Left for the whole bot today: {left} of {limit}"),
    ("bot", Period.MONTH): Text("Left for the whole bot this month: {left} of {limit}"),
}
_CROSSED = {
    ("user", Period.DAY): Text("{percent} of your budget for today is spent: {spent} of {limit}."),
    ("user", Period.MONTH): Text("{percent} of your budget for this month is spent: {spent} of {limit}."),
    ("chat", Period.DAY): Text("{percent} of the budget of group {id} for today is spent: {spent} of {limit}."),
    ("chat", Period.MONTH): Text(
        "{percent} of the budget of group {id} for this month is spent: {spent} of {limit}."
    ),
    ("bot", Period.DAY): Text("{percent} of the whole bot's budget for today is spent: {spent} of {limit}."),
    ("bot", Period.MONTH): Text(
        "{percent} of the whole bot's budget for this month is spent: {spent} of {limit}."
    ),
}

_USED_UP = {
    ("user", Period.DAY): Text("Your budget of {limit} for today is used up."),
    ("user", Period.MONTH): Text("Your budget of {limit} for this month is used up."),
    ("chat", Period.DAY): Text("The budget of {limit} of group {id} for today is used up."),
    ("chat", Period.MONTH): Text("The budget of {limit} of group {id} for this month is used up."),
    ("bot", Period.DAY): Text("The whole bot's budget of {limit} for today is used up."),
    ("bot", Period.MONTH): Text("The whole bot's budget of {limit} for this month is used up."),
}


def crossed(crossing: Crossing) -> Text:
    """What is told once so much of a budget is spent."""
    limit = crossing.limit
    values: dict[str, object] = {"limit": dollars(limit.microdollars)}
    if limit.account.kind == "chat":
        values["id"] = limit.account.id
    if crossing.percent >= 100:
        return Text(_USED_UP[limit.account.kind, limit.period].message, **values)
    values |= {"percent": f"{crossing.percent} %", "spent": dollars(crossing.spent_microdollars)}
    return Text(_CROSSED[limit.account.kind, limit.period].message, **values)


def left(limit: Limit, spent_microdollars: int) -> Text:
    """What a budget has left, which is never less than nothing."""
    rest = dollars(max(0, limit.microdollars - spent_microdollars))
    return Text(_LEFT[limit.account.kind, limit.period].message, left=rest, limit=dollars(limit.microdollars))


def price(totals: Sequence[Total]) -> Sentence | None:
    """What an answer has cost; None if nothing was paid for."""
    if not totals:
        return None
    amount = dollars(sum(total.microdollars for total in totals))
    unknown = sum(total.unknown for total in totals)
    if unknown:
        return Plural(
            "Cost: {price}, and {count} call of unknown price",
            "Cost: {price}, and {count} calls of unknown price",
            unknown,
            price=amount,
        )
    if any(total.estimated_microdollars for total in totals):
        return Text("Cost: about {price}", price=amount)
    return Text("Cost: {price}", price=amount)


def unsure(totals: Sequence[Total]) -> Iterable[Sentence]:
    """What the numbers do not tell."""
    unknown = sum(total.unknown for total in totals)
    if unknown:
        yield Plural(
            "Beside that {count} call of unknown price", "Beside that {count} calls of unknown price", unknown
        )
    estimated = sum(total.estimated_microdollars for total in totals)
    if estimated:
        yield Text("Of this, {amount} is an estimate: nobody told what was used.", amount=dollars(estimated))

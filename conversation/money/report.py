"""`/usage`: what was spent, on what and with which models, in numbers and as a chart, and what is left."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from conversation.money import wording
from conversation.money.treasury import Treasury
from conversation.tasks import Done, Order
from domain.money import BOT, Account, Purpose, dollars
from domain.periods import Period, began, days_of_month
from domain.reply import Outgoing, Presenter
from domain.texts import Plural, Sentence, Text
from media.chart import DARK, LIGHT, Bar, Chart, Column, drawn
from media.lettering import Lettering
from storage.files import Files
from storage.ledger import Limit
from storage.spending import Slice, Total

TASK = "usage"
"""Its argument is the account as `domain.money.Account` writes it: `usage:user:5`."""

_PICTURE = "usage"
_LONGEST_CAPTION = 1_000
_MOST_MODELS = 8
_COLOURS: dict[Purpose, str] = {
    Purpose.CHAT: "#4c78a8",
    Purpose.VISION: "#72b7b2",
    Purpose.SUMMARY: "#a0a8b0",
    Purpose.TRANSLATION: "#9d755d",
    Purpose.TRANSCRIPTION: "#e0b83a",
    Purpose.SPEECH: "#f58518",
    Purpose.IMAGE: "#e45756",
    Purpose.EMBEDDING: "#7d6fa0",
    Purpose.WEB_SEARCH: "#54a24b",
    Purpose.FILE_SEARCH: "#b279a2",
    Purpose.CODE: "#ff9da6",
    Purpose.STORAGE: "#bab0ac",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the books say of an account at a moment of its zone."""

    account: Account
    reader_id: int
    now: datetime
    zone: tzinfo
    today: Sequence[Total]
    month: Sequence[Total]
    slices: Sequence[Slice]
    left: Sequence[tuple[Limit, int]]


@dataclass(frozen=True, slots=True)
class Reporting:
    """`conversation.tasks.Task`. Who may see which account is decided before."""

    treasury: Treasury
    presenter: Presenter
    files: Files
    lettering: Lettering

    async def work(self, order: Order) -> Done:
        found = await self._found(Account.of(order.argument), order)
        text = "\n".join(_lines(found, order))
        if not found.month:
            return Done(await self.presenter.deliver(order.to, text, steps=order.steps))
        head, details = (text, "") if len(text) <= _LONGEST_CAPTION else (_head(found, order), text)
        sent = await self._sent(found, head, order)
        if details:
            sent += await self.presenter.deliver(order.to, details, steps=order.steps)
        return Done(sent)

    async def _found(self, account: Account, order: Order) -> Found:
        now, rules = self.treasury.paying.now(), self.treasury.rules
        zone = await rules.zone(account)
        spending, today = self.treasury.spending, began(Period.DAY, now, zone)
        month = began(Period.MONTH, now, zone)
        limits = await self._limits(account, order, now)
        spent = await self.treasury.ledger.spent(limits)
        return Found(
            account=account,
            reader_id=order.turn.asker.user_id,
            now=now,
            zone=zone,
            today=await spending.totals(account, today),
            month=[self._titled(total) for total in await spending.totals(account, month)],
            slices=await spending.slices(account, month),
            left=list(zip(limits, spent, strict=True)),
        )

    def _titled(self, total: Total) -> Total:
        """With the model as people know it; one that is in no catalogue keeps its id."""
        model = self.treasury.paying.catalogue().models.get(total.model)
        return replace(total, model=model.title) if model is not None else total

    async def _limits(self, account: Account, order: Order, now: datetime) -> Sequence[Limit]:
        """The account's own; beside them those of the whole bot for the admins, whose business they are."""
        rules = self.treasury.rules
        own = [*await rules.of(account, now)]
        if account != BOT and rules.is_admin(order.turn.asker.user_id):
            own += await rules.of(BOT, now)
        return own

    async def _sent(self, found: Found, caption: str, order: Order) -> tuple[int, ...]:
        look = DARK if self.treasury.choices.dark_charts(order.turn.asker.user_id) else LIGHT
        async with self.files.workshop() as folder:
            path = folder / "usage.png"
            await asyncio.to_thread(lambda: path.write_bytes(drawn(_chart(found, order, self.lettering), look)))
            picture = Outgoing("photo", path, path.name, "image/png", caption)
            sent = await self.presenter.send_media(order.to, [picture], steps=order.steps, step=_PICTURE)
        return tuple(one.message_id for one in sent)


def _head(found: Found, order: Order) -> str:
    return "\n".join(order.say(sentence) for sentence in _summary(found))


def _lines(found: Found, order: Order) -> Iterable[str]:
    say = order.say
    yield from (say(sentence) for sentence in _summary(found))
    if found.month:
        yield ""
        for purpose, totals in _by_purpose(found.month).items():
            emoji, label = wording.PURPOSES[purpose]
            yield f"{emoji} {say(label)}: {_amount(totals)}"
        yield ""
        models = _by_model(found.month)
        yield from (f"`{_quoted(model)}`: {_amount(totals)}" for model, totals in models[:_MOST_MODELS])
        if len(models) > _MOST_MODELS:
            more = len(models) - _MOST_MODELS
            yield say(Plural("and {count} more model", "and {count} more models", more))
    if found.left:
        yield ""
        yield from (say(wording.left(limit, spent)) for limit, spent in found.left)


def _summary(found: Found) -> Iterable[Sentence]:
    yield _title(found.account, found.reader_id)
    yield Text("Today: {amount}", amount=_amount(found.today))
    yield Text("This month: {amount}", amount=_amount(found.month))
    yield from wording.unsure(found.month)


def _title(account: Account, reader_id: int) -> Text:
    match account.kind:
        case "user" if account.id == reader_id:
            return Text("What you have spent")
        case "chat":
            return Text("What this group has spent")
        case "user":
            return Text("What {id} has spent", id=account.id)
        case _:
            return Text("What the whole bot has spent")


def _amount(totals: Iterable[Total]) -> str:
    return dollars(sum(total.microdollars for total in totals))


def _quoted(model: str) -> str:
    return model.replace("`", "'") or "?"


def _by_purpose(totals: Iterable[Total]) -> Mapping[Purpose, Sequence[Total]]:
    found: defaultdict[Purpose, list[Total]] = defaultdict(list)
    for total in totals:
        found[total.purpose].append(total)
    return dict(sorted(found.items(), key=lambda item: -sum(one.microdollars for one in item[1])))


def _by_model(totals: Iterable[Total]) -> Sequence[tuple[str, Sequence[Total]]]:
    found: defaultdict[str, list[Total]] = defaultdict(list)
    for total in totals:
        found[total.model].append(total)
    return sorted(found.items(), key=lambda item: -sum(one.microdollars for one in item[1]))


def _chart(found: Found, order: Order, lettering: Lettering) -> Chart:
    purposes = _by_purpose(found.month)
    kinds = [
        Bar(_label(one, order, lettering), _sum(totals), _COLOURS[one]) for one, totals in purposes.items()
    ]
    models = [Bar(name, _sum(totals)) for name, totals in _by_model(found.month)[:_MOST_MODELS]]
    month = f"{found.now.astimezone(found.zone):%Y-%m}"
    return Chart(f"{month} · {_amount(found.month)}", _columns(found), (kinds, models), dollars, lettering)


def _sum(totals: Iterable[Total]) -> int:
    return sum(total.microdollars for total in totals)


def _label(purpose: Purpose, order: Order, lettering: Lettering) -> str:
    """In the person's language where the chart can write it, else in English."""
    _, label = wording.PURPOSES[purpose]
    said = order.say(label)
    return said if lettering.can_write(said) else label.message


def _columns(found: Found) -> Sequence[Column]:
    by_day: defaultdict[date, defaultdict[Purpose, int]] = defaultdict(lambda: defaultdict(int))
    for one in found.slices:
        day = datetime.fromtimestamp(one.at_ms / 1_000, UTC).astimezone(found.zone).date()
        by_day[day][one.purpose] += one.microdollars
    return [
        Column(str(day.day), tuple((_COLOURS[purpose], by_day[day][purpose]) for purpose in Purpose))
        for day in days_of_month(found.now, found.zone)
    ]

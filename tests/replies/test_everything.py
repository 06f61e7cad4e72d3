"""Whatever a model writes, strict Telegram takes it in the form it is meant to have."""

import asyncio

import pytest

from domain.reply import RichMode
from replies.visible import Visible
from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import House, opened, private

_EVERYTHING = r"""
# A heading with `code` and **bold**

A paragraph with *emphasis*, ***both***, ~~struck~~, `code`, a [link](https://example.com/a_(b)), a bare
https://example.com/path?q=1&r=2, a [bad one](javascript:alert(1)), an ![image](https://example.com/cat.png),
<u>raw html</u>, 5 < 6 & 7 > 3, $5 to $10, and 👩‍👩‍👧 \(x^2\).

> A quote
>
> > within a quote, with `code`

1. one
2. two
   - nested **bold**
   - [x] done
   - [ ] not done

   ```python
   print("in a list")
   ```

| Left | Right | `Code` |
|:-----|------:|:------:|
| a | 1 | `x` |
| **b** | 2 | $y$ |

$$
\int_0^1 x\,dx = \frac{1}{2}
$$

---

```mermaid
graph TD; A-->B
```

    indented code

Term with a footnote[^1].

[^1]: The note.

مرحبا بالعالم، 世界你好。
"""
_TABLES = "\n\n".join(
    f"## Part {number}\n\n"
    + "word " * 150
    + "\n\n| a | b | c |\n|---|---|---|\n"
    + "".join(f"| {row} | **{row * row}** | `{row:b}` |\n" for row in range(12))
    for number in range(40)
)


@pytest.mark.parametrize("mode", list(RichMode))
@pytest.mark.parametrize("markdown", [_EVERYTHING, _TABLES, _EVERYTHING * 20], ids=["all", "tables", "much"])
async def test_no_construct_is_refused(fast: House, mode: RichMode, markdown: str) -> None:
    user = await fast.people.user("Ada")

    ids = await fast.presenter.deliver(private(user, rich=mode), markdown, steps=fast.steps, note="A note.")

    calls = await fast.people.calls(chat_id=user)
    assert [call["description"] for call in calls if call["status"] != 200] == []
    assert len(calls) == len(ids)


async def test_every_prefix_makes_a_draft_that_is_taken(sandbox: TelegramSandbox) -> None:
    async with opened(sandbox, speed=500) as house:
        user = await house.people.user("Ada")
        visible = Visible()
        frames = [visible.content(_EVERYTHING[:end]) for end in range(0, len(_EVERYTHING), 5)]

        await asyncio.gather(
            *(house.gateway.draft(private(user).key, 1, lambda frame=frame: frame) for frame in frames)
        )

        calls = await house.people.calls("sendMessageDraft")
    assert [call["status"] for call in calls] == [200] * len(frames)


async def test_an_arabic_rich_message_begins_on_the_right(house: House) -> None:
    user = await house.people.user("Ada")
    table = "هذا جدول:\n\n| المدينة | الشمس |\n|---|---|\n| لشبونة | نعم |\n"

    await house.presenter.deliver(private(user), table, steps=house.steps)

    call = (await house.people.calls("sendRichMessage"))[-1]
    assert call["params"]["rich_message"]["is_rtl"] is True

"""Markdown to show and to test with: tables, formulas, code, emoji, and one long text with everything."""

from sandbox.model import prose

EMOJI = (
    "Faces 😀😂🥹, hands 👍🏽🤝🏿, a family 👨\u200d👩\u200d👧\u200d👦, "
    "a couple 👩🏾\u200d❤\ufe0f\u200d💋\u200d👨🏻, flags 🇵🇹🇨🇳🇪🇬, a pirate 🏴\u200d☠\ufe0f, "
    "keycaps 1\ufe0f\u20e3 #\ufe0f\u20e3, a heart ❤\ufe0f and a plain one ❤, marks e\u0301 n\u0303 "
    "Z\u0351\u036b\u0343, Devanagari नमस्ते, Thai สวัสดี, Korean 안녕하세요."
)

TABLE = """\
| Planet | Day | Moons | Note |
|:--|--:|:-:|---|
| Mercury | 4,223 h | 0 | hot **and** cold |
| Earth | 24 h | 1 | `home` |
| Jupiter | 10 h | 97 | the [largest](https://en.wikipedia.org/wiki/Jupiter) |
| 土星 | 11 h | 274 | rings 💍 |"""

MATH = r"""The mass of a thing is energy: $E = mc^2$. And one line for itself:

$$
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
$$

Also written as \(a^2 + b^2 = c^2\), or

\[
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
\]

A coffee costs $3, two cost $6."""

_CODE = {
    "python": """\
def greet(name: str) -> str:
    '''Says hello.'''
    return f"Hello, {name}!"


print(greet("Ada"))""",
    "javascript": "const greet = (name) => `Hello, ${name}!`;\n\nconsole.log(greet('Ada'));",
    "bash": 'for name in Ada Grace; do\n    echo "Hello, $name!"\ndone',
    "sql": "SELECT name, count(*) AS answers\nFROM turns\nWHERE asked_at > :since\nGROUP BY name;",
    "html": '<p class="greeting">Hello, <b>Ada</b> &amp; Grace!</p>',
    "json": '{"name": "Ada", "tags": ["first", "programmer"], "born": 1815}',
}

_TALES = 3


def code(language: str) -> str:
    """A fence in the language; one that is not known here gets a line of plain text."""
    text = _CODE.get(language.lower() or "python", f"nothing is known here about {language}")
    return f"```{language or 'python'}\n{text}\n```"


def long() -> str:
    """About 9,000 characters with every construct of Markdown."""
    return "\n\n".join(
        [
            "# A long answer with everything",
            "It has **bold**, *italic*, ***both***, ~~struck~~, `code`, **bold with `code` inside**, a "
            "[link](https://example.com/path_(with)_brackets?a=1&b=2), <https://example.org>, a mail "
            "[address](mailto:ada@example.org), snake_case_names, 2 * 3 * 4 = 24, and 5 < 6 > 4 & more.",
            "## Lists",
            "- one\n- two\n  - two and a half, with **bold**\n    - deeper still\n- three\n\n"
            "1. first\n2. second\n   ```python\n   inside = 'a list'\n   ```\n3. third\n\n"
            "- [x] done\n- [ ] to do",
            "## Quotes",
            "> Simplicity is needed for reliability.\n>\n> > So said one quoted inside.\n>\n> - and a list",
            "## Table",
            TABLE,
            "## Formulas",
            MATH,
            "## Code",
            *(code(language) for language in _CODE),
            "````markdown\n```\na fence in a fence\n```\n````",
            "---",
            "## Other scripts",
            "中文:学而时习之,不亦说乎?有朋自远方来,不亦乐乎?**粗体**和*斜体*。",
            "العربية: **العلم نور** والجهل ظلام، وهذا `code` داخل السطر.",
            EMOJI,
            "![an image](https://example.com/a.png), raw <b>HTML</b> <br/> &copy; and \\*escaped\\* stars.",
            "### Tales",
            *(f"#### Tale {number}\n\n{prose.characters(2_250 + number)}" for number in range(1, _TALES + 1)),
            "The end.",
        ]
    )

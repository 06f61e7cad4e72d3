"""Options of a drawing, as flags anywhere in the text or as words behind its last commas."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from conversation.drawing.errors import UnknownOption
from domain.catalogue import Drawing
from domain.drawing import AUTO, Wishes
from domain.sizes import sides
from domain.texts import Text

SHAPES = {"square": "1024x1024", "wide": "1536x1024", "tall": "1024x1536"}

# Phones make one long dash of two short ones.
_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|[—–])([a-z]+)(?:(?:\s*=\s*|\s+)([^\s—–-][^\s]*))?", re.IGNORECASE)
_NAMES = {
    "size": "size", "s": "size", "quality": "quality", "q": "quality", "n": "n", "count": "n",
    "format": "format", "f": "format", "transparent": "transparent", "model": "model", "m": "model",
    "style": "style",
}  # fmt: skip
_ALONE = {"transparent"}
_COUNT_WORDS = re.compile(r"(\d{1,2})\s*(?:pictures|images|versions|pics|صور|张|幅)", re.IGNORECASE)
_PHRASES = (
    (Wishes(size=SHAPES["square"]), "square|مربع|مربعة|方形"),
    (Wishes(size=SHAPES["wide"]), "wide|landscape|horizontal|أفقي|أفقية|横向|横版"),
    (Wishes(size=SHAPES["tall"]), "tall|portrait|vertical|عمودي|عمودية|竖向|竖版"),
    (Wishes(is_transparent=True), "transparent|transparent background|خلفية شفافة|透明背景"),
    (Wishes(quality="low"), "low quality|جودة منخفضة|低质量"),
    (Wishes(quality="medium"), "medium quality|جودة متوسطة|中等质量"),
    (Wishes(quality="high"), "high quality|جودة عالية|高质量"),
)
_WORDS = {phrase: wishes for wishes, phrases in _PHRASES for phrase in phrases.split("|")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What remains of the text as the prompt, and the wishes found in it."""

    prompt: str
    wishes: Wishes


def parse(text: str, rules: Drawing) -> Asked:
    """Raises `UnknownOption`."""
    wishes = Wishes()

    def take(match: re.Match[str]) -> str:
        nonlocal wishes
        name, value = _NAMES.get(match[1].lower()), match[2] or ""
        if name is None:
            raise UnknownOption(f"--{match[1]}", text=_unknown(match[1]))
        if name in _ALONE:
            wishes = replace(wishes, is_transparent=True)
            return f" {value}" if value else ""
        wishes = _READERS[name](value, rules, wishes)
        return ""

    prompt = _FLAG.sub(take, text)
    prompt, spoken = _in_words(" ".join(prompt.split()) if "\n" not in prompt else prompt.strip(), rules)
    return Asked(prompt, wishes.over(spoken))


def _in_words(prompt: str, rules: Drawing) -> tuple[str, Wishes]:
    """Takes whole phrases from behind the last commas; the first phrase is what shall be drawn."""
    wishes = Wishes()
    while True:
        start = max(prompt.rfind(comma) for comma in ",،，、")
        phrase = prompt[start + 1 :].strip(" .!。").lower()
        found = _phrase(phrase, rules) if start > 0 else None
        if found is None:
            return prompt, wishes
        wishes, prompt = wishes.over(found), prompt[:start].rstrip()


def _phrase(phrase: str, rules: Drawing) -> Wishes | None:
    if match := _COUNT_WORDS.fullmatch(phrase):
        return _count(match[1], rules, Wishes())
    if (found := _WORDS.get(phrase)) is not None:
        return found
    as_format = phrase.removeprefix("as ").removeprefix("a ")
    return Wishes(format=as_format) if phrase.startswith("as ") and as_format in rules.formats else None


def _size(value: str, _rules: Drawing, wishes: Wishes) -> Wishes:
    size = SHAPES.get(value.lower(), value.lower())
    if size != AUTO and sides(size) is None:
        raise _wrong("size", value, (*SHAPES, AUTO, "1024x1024"))
    return replace(wishes, size=size.replace("×", "x").replace("*", "x"))


def _quality(value: str, rules: Drawing, wishes: Wishes) -> Wishes:
    quality = _one_of("quality", value, (*rules.qualities, AUTO))
    return replace(wishes, quality=quality)


def _format(value: str, rules: Drawing, wishes: Wishes) -> Wishes:
    value = "jpeg" if value.lower() == "jpg" else value
    return replace(wishes, format=_one_of("format", value, rules.formats))


def _style(value: str, rules: Drawing, wishes: Wishes) -> Wishes:
    return replace(wishes, style=_one_of("style", value, rules.styles))


def _count(value: str, rules: Drawing, wishes: Wishes) -> Wishes:
    if not value.isdecimal() or not 1 <= int(value) <= rules.most:
        raise _wrong("n", value, ("1",) if rules.most == 1 else (f"1–{rules.most}",))
    return replace(wishes, count=int(value))


def _model(value: str, _rules: Drawing, wishes: Wishes) -> Wishes:
    return replace(wishes, model=value)


_READERS: dict[str, Callable[[str, Drawing, Wishes], Wishes]] = {
    "size": _size,
    "quality": _quality,
    "format": _format,
    "style": _style,
    "n": _count,
    "model": _model,
}


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value.lower() not in allowed:
        raise _wrong(name, value, allowed)
    return value.lower()


def _unknown(flag: str) -> Text:
    allowed = ", ".join(
        f"--{name}" for name in ("size", "quality", "n", "format", "transparent", "model", "style")
    )
    return Text("I do not know --{flag}. Allowed are: {allowed}.", flag=flag[:32], allowed=allowed)


def _wrong(name: str, value: str, allowed: tuple[str, ...]) -> UnknownOption:
    shown = ", ".join(allowed) or "–"
    text = Text(
        "--{name} cannot be “{value}”. Allowed here: {allowed}.", name=name, value=value[:32], allowed=shown
    )
    return UnknownOption(f"--{name}", text=text)

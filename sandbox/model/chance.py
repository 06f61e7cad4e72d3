"""Answers by lot: another one each time, and the same again with the same seed, request and fingerprint."""

import json
import random
import re
import secrets

from sandbox.model.asked import Asked
from sandbox.model.models import Served
from sandbox.model.scripts import Script
from sandbox.model.small_talk import language_of

_ASKED = re.compile(
    r"\brandom\b|\bsurprise me\b|\b(?:roll|throw) (?:a|the) (?:dice|die)\b|\bflip a coin\b|随机|掷骰子|عشوائي",
    re.IGNORECASE,
)
_ANOTHER_ANSWER = (
    "stream",
    "stream_options",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "store",
    "metadata",
)
_SAID = {
    "en": "By lot: number {number}, a {colour} {thing}.",
    "zh": "随机结果：数字 {number}，{colour}的{thing}。",
    "ar": "بالقرعة: الرقم {number}، {thing} {colour}.",
}
_COLOURS = {
    "en": ("red", "green", "blue", "yellow", "purple", "white"),
    "zh": ("红色", "绿色", "蓝色", "黄色", "紫色", "白色"),
    "ar": ("أحمر", "أخضر", "أزرق", "أصفر", "بنفسجي", "أبيض"),
}
_THINGS = {
    "en": ("boat", "lamp", "hat", "bird", "kite", "clock"),
    "zh": ("船", "灯", "帽子", "鸟", "风筝", "钟"),
    "ar": ("قارب", "مصباح", "كتاب", "طائر", "كرسي", "باب"),
}
_MOST = 1_000_000


def by_lot(asked: Asked, script: Script, model: Served) -> str:
    """What comes out where plain words ask for something random, else nothing."""
    if script.orders or asked.hosted or asked.outputs or not _ASKED.search(script.text):
        return ""
    language = language_of(script.text)
    lot = _lot(asked, model)
    return _SAID[language].format(
        number=lot.randrange(_MOST), colour=lot.choice(_COLOURS[language]), thing=lot.choice(_THINGS[language])
    )


def _lot(asked: Asked, model: Served) -> random.Random:
    if asked.body.get("seed") is None and asked.body.get("temperature") != 0:
        return random.Random(secrets.token_bytes(16))
    known = {name: value for name, value in asked.body.items() if name not in _ANOTHER_ANSWER}
    return random.Random(json.dumps([model.fingerprint, known], sort_keys=True))

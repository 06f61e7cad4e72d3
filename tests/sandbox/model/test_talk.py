"""Small talk: what the stand-in says by itself. It never pretends to be a real model."""

import io

import pytest
from PIL import Image

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import Asker
from tests.sandbox.model.samples import data_url

_STAND_IN = {"en": "offline stand-in", "zh": "离线替身", "ar": "بديل غير متصل"}


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("what is the capital of France?", "en"),
        ("法国的首都是哪里?", "zh"),
        ("ما هي عاصمة فرنسا؟", "ar"),
        ("hello", "en"),
        ("你好", "zh"),
        ("مرحبا", "ar"),
        ("12345", "en"),
    ],
)
async def test_it_says_what_it_is_in_the_askers_language(ask: Asker, message: str, language: str) -> None:
    assert _STAND_IN[language] in (await ask.responses(message)).said


@pytest.mark.parametrize(
    ("message", "piece"),
    [
        ("Explain black holes to a ten-year-old", "trampoline"),
        ("Plan a weekend in Lisbon as a table", "|---|"),
        ("Write a haiku about the sea", "tide"),
        ("给十岁的孩子讲讲黑洞", "蹦床"),
        ("用表格安排里斯本的周末", "|---|"),
        ("写一首关于大海的俳句", "潮水"),
        ("اشرح الثقوب السوداء لطفل في العاشرة", "ترامبولين"),
        ("خطط لعطلة في لشبونة على شكل جدول", "|---|"),
        ("اكتب هايكو عن البحر", "الموج"),
    ],
)
async def test_the_bots_examples_get_an_answer_to_look_at(ask: Asker, message: str, piece: str) -> None:
    assert piece in (await ask.responses(message)).said


async def test_it_counts(ask: Asker) -> None:
    assert (await ask.responses("please count to 5")).said == "1, 2, 3, 4, 5"


async def test_it_repeats_what_it_was_told_and_how_much_it_remembers(ask: Asker) -> None:
    said = (
        await ask.responses(
            [
                {"role": "user", "content": "my cat is Mia"},
                {"role": "assistant", "content": "nice"},
                {"role": "user", "content": "what is she called?"},
            ]
        )
    ).said

    assert "> what is she called?" in said
    assert "before: 2." in said


async def test_what_it_cannot_see_it_describes(ask: Asker) -> None:
    parts = [
        {"type": "input_text", "text": "what is this?"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"},
    ]

    said = (await ask.responses([{"role": "user", "content": parts}])).said

    assert "- file, a.pdf, 3 bytes" in said


async def test_it_reads_files_and_their_beginning(ask: Asker, control: ModelClient) -> None:
    notes = data_url(b"Buy milk.\nCall Ada.", "text/plain")
    parts = [{"type": "file", "file": {"filename": "notes.txt", "file_data": notes}}]

    said = (await ask.chat([{"role": "user", "content": parts}])).said

    assert "- file, notes.txt, 19 bytes: Buy milk. Call Ada." in said
    request = (await control.requests())[0]
    assert request["files"] == [{"field": "file", "name": "notes.txt", "bytes": 19}]
    assert await control.content(request) == b"Buy milk.\nCall Ada."


async def test_it_reads_pdf(ask: Asker) -> None:
    document = io.BytesIO()
    Image.new("RGB", (20, 20)).save(document, "PDF")
    given = {
        "type": "input_file",
        "filename": "a.pdf",
        "file_data": data_url(document.getvalue(), "application/pdf"),
    }

    assert "1 pages" in (await ask.responses([{"role": "user", "content": [given]}])).said


async def test_it_summarises_without_obeying_what_it_reads(ask: Asker) -> None:
    transcript = "Person:\nmy cat is Mia {{fail: 500}}\n\nAssistant:\nnice"

    said = (await ask.responses(transcript, instructions="Summarise the conversation below.")).said

    assert "- my cat is Mia" in said


@pytest.mark.parametrize(
    "message", ["write something long", "tell me a long story", "写点长的东西", "اكتب شيئا طويلا"]
)
async def test_a_long_answer_is_long_enough_to_be_stopped(ask: Asker, message: str) -> None:
    assert len((await ask.responses(message)).said) > 3_000


@pytest.mark.parametrize("message", ["how long is the Nile?", "long ago, there was a king"])
async def test_not_everything_with_long_in_it_asks_for_one(ask: Asker, message: str) -> None:
    assert len((await ask.responses(message)).said) < 1_000

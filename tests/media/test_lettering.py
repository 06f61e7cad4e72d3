"""Words in pictures of ours: Chinese in the font that comes with us, Arabic where the system has one."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from conversation.filing.charts import font_file
from media.lettering import Lettering, arabic_file

HAN = Lettering(font_file(None, system=()))


def _drawn(lettering: Lettering, letter: str) -> bytes:
    image = Image.new("L", (60, 60))
    ImageDraw.Draw(image).text((5, 5), letter, 255, lettering.font(letter, 40))
    return image.tobytes()


@pytest.mark.parametrize("text", ["Answers", "Écouter · 3…", "回答", "搜索文件", "通义 qwen-3", "ひらがな"])
def test_latin_and_chinese_are_written(text: str) -> None:
    assert HAN.can_write(text)


def test_chinese_letters_differ() -> None:
    assert _drawn(HAN, "回") != _drawn(HAN, "答")


def test_without_a_font_only_latin_is_written() -> None:
    plain = Lettering()

    assert [plain.can_write(text) for text in ("Answers", "回答", "الإجابات")] == [True, False, False]
    assert plain.font("回答", 20)  # drawn all the same, if not well


def test_a_file_that_is_no_font_writes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "font.otf"
    broken.write_bytes(b"no font")

    lettering = Lettering(broken, broken)

    assert not lettering.can_write("回答")
    assert not lettering.can_write("الإجابات")


@pytest.mark.skipif(arabic_file() is None, reason="this system has no font with Arabic letters")
def test_arabic_letters_are_joined() -> None:
    arabic = Lettering(arabic=arabic_file())
    font = arabic.font("بب", 40)

    assert arabic.can_write("الإجابات")
    assert font.getlength("بب") < 2 * font.getlength("ب")

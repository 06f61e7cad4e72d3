"""Sources in an answer's text: what models write in Chinese brackets, and what people do."""

import pytest

from conversation.citing import with_sources
from domain.run import Citation
from domain.turn import Answer, Ending

PASSAGE = Citation("garden.md", file_id="12", quote="Ferns like shade.")


def shown(text: str, *citations: Citation) -> str:
    return with_sources(Answer(text, Ending.COMPLETED, citations=citations)).text


@pytest.mark.parametrize("text", ["【重要】请带伞。", "【1】准备 【2】出发", "明日【10:30】会议。"])
def test_words_in_chinese_brackets_stay(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize("mark", ["【4:0†source】", "【12†garden.md】", "【turn0search3】"])
def test_marks_of_models_that_mean_nothing_go(mark: str) -> None:
    assert shown(f"Ferns like shade {mark}.") == "Ferns like shade."


def test_a_mark_becomes_the_number_of_its_passage() -> None:
    assert shown("Ferns like shade 【12】. 【重要】", PASSAGE) == "Ferns like shade [1]. 【重要】"


def test_beside_passages_a_number_that_is_none_of_them_goes() -> None:
    assert shown("Ferns like shade 【12】【99】.", PASSAGE) == "Ferns like shade [1]."

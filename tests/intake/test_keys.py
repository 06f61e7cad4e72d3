"""What is read off a raw update, however strange it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.keys import NOWHERE, is_one_of_several, key_of, lane_of, may_join, update_id_of
from domain.turn import ConversationKey
from storage.inbox import Lane
from tests.intake.desk import command, message, tap


def test_a_private_chat_is_a_conversation() -> None:
    assert key_of(message(1, chat_id=42)) == ConversationKey(42)


def test_a_topic_is_a_conversation() -> None:
    assert key_of(message(1, -100, message_thread_id=7, is_topic_message=True)) == ConversationKey(-100, 7)


def test_a_chain_of_replies_outside_topics_is_no_topic() -> None:
    assert key_of(message(1, -100, message_thread_id=7)) == ConversationKey(-100)


def test_an_edit_belongs_to_the_conversation_of_its_message() -> None:
    edited = {"update_id": 1, "edited_message": message(1, 42)["message"]}

    assert key_of(edited) == ConversationKey(42)
    assert lane_of(edited) is Lane.CONVERSATION
    assert not may_join(edited)


def test_a_tap_belongs_to_the_conversation_of_its_button() -> None:
    in_topic = message(1, -100, message_thread_id=7, is_topic_message=True)["message"]

    assert key_of({"callback_query": {"data": "x", "message": in_topic}}) == ConversationKey(-100, 7)


def test_a_tap_of_an_inline_message_belongs_nowhere() -> None:
    assert key_of({"callback_query": {"data": "x", "inline_message_id": "abc"}}) == NOWHERE


def test_a_stopped_draft_belongs_to_its_topic_and_is_urgent() -> None:
    stopped = {"stopped_message_generation": {"chat": {"id": 42}, "draft_id": "5", "message_thread_id": 7}}

    assert key_of(stopped) == ConversationKey(42, 7)
    assert lane_of(stopped) is Lane.EXPRESS


def test_a_change_of_membership_belongs_to_its_chat() -> None:
    change = {"my_chat_member": {"chat": {"id": -100}, "from": {"id": 1}}}

    assert (key_of(change), lane_of(change)) == (ConversationKey(-100), Lane.CONVERSATION)


@pytest.mark.parametrize("text", ["/stop", "/stop@parley_bot", "/STOP now, please"])
def test_a_stop_is_urgent(text: str) -> None:
    assert lane_of(command(1, text=text)) is Lane.EXPRESS


@pytest.mark.parametrize("text", ["/new", "/stopped", "/start stop"])
def test_other_commands_keep_the_order(text: str) -> None:
    assert lane_of(command(1, text=text)) is Lane.CONVERSATION


def test_a_stop_that_is_only_text_is_not_urgent() -> None:
    assert lane_of(message(1, text="/stop")) is Lane.CONVERSATION


def test_a_stop_in_the_middle_of_a_text_is_not_urgent() -> None:
    entity = {"type": "bot_command", "offset": 7, "length": 5}

    assert lane_of(message(1, text="please /stop", entities=[entity])) is Lane.CONVERSATION


def test_a_control_button_is_urgent_and_one_that_asks_is_not() -> None:
    assert lane_of(tap(1, data="stop:1")) is Lane.EXPRESS
    assert lane_of(tap(1, data="ask:retry:1")) is Lane.CONVERSATION


def test_plain_messages_may_join_and_commands_may_not() -> None:
    assert may_join(message(1))
    assert not may_join(command(1))
    assert not may_join(tap(1))


def test_news_about_the_group_is_worked_alone() -> None:
    assert not may_join(message(1, migrate_to_chat_id=-100))
    assert not may_join(message(1, new_chat_members=[]))


def test_a_picture_of_an_album_is_one_of_several() -> None:
    assert is_one_of_several(message(1, media_group_id="abc"))
    assert not is_one_of_several(message(1))


def test_a_text_as_long_as_apps_cut_them_is_one_of_several() -> None:
    assert is_one_of_several(message(1, text="x" * 4_000))


@pytest.mark.parametrize("update_id", [None, True, "5", 5.0, -1, 0, 2**63])
def test_what_cannot_be_an_update_id_is_none(update_id: object) -> None:
    assert update_id_of({"update_id": update_id}) is None


_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "/stop", "bot_command"])
)
_names = st.sampled_from(
    [
        *("update_id", "message", "edited_message", "callback_query", "my_chat_member", "id", "chat", "data"),
        *("stopped_message_generation", "message_thread_id", "is_topic_message", "media_group_id", "text"),
        *("entities", "type", "offset", "length"),
    ]
)
_values: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)
_updates = st.dictionaries(_names, _values, max_size=4)


@given(_updates)
def test_no_update_is_too_strange_to_be_sorted(update: dict[str, Any]) -> None:
    key = key_of(update)

    assert -(2**63) <= key.chat_id < 2**63
    assert -(2**63) <= key.topic_id < 2**63
    assert lane_of(update) in Lane
    assert may_join(update) in (True, False)
    assert isinstance(is_one_of_several(update), bool)
    assert update_id_of(update) is None or isinstance(update_id_of(update), int)


def test_a_command_in_bold_passes_the_queue_like_any_other() -> None:
    bold = {"type": "bold", "offset": 0, "length": 5}
    entities = [bold, {**bold, "type": "bot_command"}]

    assert lane_of(message(1, 5, text="/stop", entities=entities)) is Lane.EXPRESS


def test_a_forwarded_command_waits_like_any_message() -> None:
    forwarded = command(1, text="/stop")
    forwarded["message"]["forward_origin"] = {"type": "hidden_user", "sender_user_name": "Eve", "date": 1}

    assert lane_of(forwarded) is Lane.CONVERSATION
    assert may_join(forwarded)

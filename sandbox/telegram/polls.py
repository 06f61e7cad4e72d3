"""Polls: people ask one, vote, take their votes back and close it; the bot hears of votes in its own."""

import secrets
from collections.abc import Iterator
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now

MOST_QUESTION, MOST_OPTION = 300, 100
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
_FLAGS = ("is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only")


def asked(wanted: Json) -> Json:
    """A person's new poll: `question`, `options` as strings, flags; a quiz names its `correct_option_ids`."""
    question, options = str(wanted["question"]).strip(), [str(one).strip() for one in wanted["options"]]
    if not 1 <= len(question) <= MOST_QUESTION:
        raise bad("POLL_QUESTION_INVALID")
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise bad(f"a poll has {FEWEST_OPTIONS} to {MOST_OPTIONS} options")
    if any(not 1 <= len(one) <= MOST_OPTION for one in options):
        raise bad("POLL_OPTION_INVALID")
    flags: Json = {"is_anonymous": True, "allows_revoting": True}
    flags |= {name: bool(wanted[name]) for name in _FLAGS if name in wanted}
    return {
        "id": str(secrets.randbits(62)),
        "question": question,
        "options": [_option(number, text) for number, text in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": False,
        "type": "regular",
        "allows_multiple_answers": False,
        "members_only": False,
        **flags,
        **_quiz(wanted.get("correct_option_ids"), len(options)),
    }


def _option(number: int, text: str) -> Json:
    return {"persistent_id": str(number), "text": text, "voter_count": 0}


def _quiz(correct: list[int] | None, options: int) -> Json:
    if not correct:
        return {}
    if any(one not in range(options) for one in correct):
        raise bad("POLL_ANSWER_INVALID")
    return {"type": "quiz", "correct_option_ids": sorted(set(correct)), "allows_revoting": False}


def vote(world: World, chat: Chat, person: Json, message_id: int, option_ids: list[int]) -> None:
    """Sets a person's answer; an empty one takes it back."""
    poll = _poll_in(chat, message_id)
    _check(world, poll, person["id"], option_ids)
    votes = world.votes.setdefault(poll["id"], {})
    votes.pop(person["id"], None)
    if option_ids:
        votes[person["id"]] = sorted(option_ids)
    changed = _counted(poll, votes)
    _show(world, changed)
    if _is_of_bot(world, poll["id"]):
        _tell(world, changed, person, sorted(option_ids))


def stop(world: World, chat: Chat, person: Json, message_id: int) -> None:
    """Whoever sent the poll closes it; the bot hears of that, too."""
    poll = _poll_in(chat, message_id)
    if chat.messages[message_id]["from"]["id"] != person["id"] or "forward_origin" in chat.messages[message_id]:
        raise bad("only who sent the poll can close it")
    closed = poll | {"is_closed": True}
    _show(world, closed)
    if chat.has(world.bot_id):
        world.updates.push("poll", closed, f"chat {chat.id}")


def votes_in(world: World, message: Json, user: int) -> Json:
    """What a client shows besides the counts: the person's own answer, and who voted if that is no secret."""
    poll: Json | None = message.get("poll")
    if poll is None or poll["id"] not in world.votes:
        return {}
    votes = world.votes[poll["id"]]
    shown: Json = {"mine": votes.get(user, [])}
    if not poll.get("is_anonymous"):
        shown["voters"] = [
            [one for one, chosen in votes.items() if n in chosen] for n in range(len(poll["options"]))
        ]
    return shown


def _poll_in(chat: Chat, message_id: int) -> Json:
    poll = chat.messages.get(message_id, {}).get("poll")
    if poll is None:
        raise bad(f"there is no poll in message {message_id}")
    return poll


def _check(world: World, poll: Json, user: int, option_ids: list[int]) -> None:
    is_over = now() >= poll.get("close_date", now() + 1)
    if poll.get("is_closed") or is_over:
        raise bad("the poll is closed")
    if len(set(option_ids)) != len(option_ids) or any(n not in range(len(poll["options"])) for n in option_ids):
        raise bad("POLL_ANSWER_INVALID")
    if len(option_ids) > 1 and not poll.get("allows_multiple_answers"):
        raise bad("this poll takes one answer")
    is_final = poll.get("type") == "quiz" or not poll.get("allows_revoting", True)
    if is_final and user in world.votes.get(poll["id"], {}):
        raise bad("REVOTE_NOT_ALLOWED")


def _counted(poll: Json, votes: dict[int, list[int]]) -> Json:
    options = [
        option | {"voter_count": sum(number in chosen for chosen in votes.values())}
        for number, option in enumerate(poll["options"])
    ]
    return poll | {"options": options, "total_voter_count": len(votes)}


def _show(world: World, poll: Json) -> None:
    """Everywhere it stands, forwarded or not. An edit it is not: clients show no mark."""
    for chat, message in list(_messages_with(world, poll["id"])):
        chat.messages[message["message_id"]] = message | {"poll": poll}
        world.changed(chat)


def _messages_with(world: World, poll_id: str) -> Iterator[tuple[Chat, Json]]:
    for chat in world.chats.values():
        for message in chat.messages.values():
            if message.get("poll", {}).get("id") == poll_id:
                yield chat, message


def _is_of_bot(world: World, poll_id: str) -> bool:
    return any(
        message["from"]["id"] == world.bot_id and "forward_origin" not in message
        for _, message in _messages_with(world, poll_id)
    )


def _tell(world: World, poll: Json, person: Json, option_ids: list[int]) -> None:
    """Bots hear of votes in polls they sent; by whom, unless these are anonymous."""
    queue = f"user {person['id']}"
    world.updates.push("poll", poll, queue)
    if not poll.get("is_anonymous"):
        names: list[Any] = [poll["options"][number].get("persistent_id", str(number)) for number in option_ids]
        answer: Json = {"poll_id": poll["id"], "user": person, "option_ids": option_ids}
        world.updates.push("poll_answer", answer | {"option_persistent_ids": names}, queue)

"""Methods that send and stop the bot's own polls."""

from sandbox.telegram import polls
from sandbox.telegram.errors import bad
from sandbox.telegram.keyboards import inline_keyboard
from sandbox.telegram.methods_send import own, post, refuse_what_is_not_here
from sandbox.telegram.parameters import POLLS_WITHOUT
from sandbox.telegram.text import cleaned
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now

MOST_EXPLANATION_CHARACTERS = 200
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 2_628_000


def send_poll(world: World, params: Json) -> Json:
    refuse_what_is_not_here(params)
    for name in POLLS_WITHOUT:
        if params.get(name):
            raise bad(f"polls with {name} are not served by this sandbox")
    question, entities = cleaned(params["question"], params.get("question_entities") or [])
    _check_quiz(params)
    options = [option if isinstance(option, str) else option["text"] for option in params["options"]]
    poll = polls.asked(params | {"question": question, "options": options})
    if entities:
        poll["question_entities"] = entities
    return post(world, params, {"poll": poll | _explained(params) | _end(params)})


def _check_quiz(params: Json) -> None:
    is_quiz = params.get("type", "regular") == "quiz"
    if is_quiz and not params.get("correct_option_ids"):
        raise bad("QUIZ_CORRECT_ANSWERS_EMPTY")
    if not is_quiz and params.get("correct_option_ids"):
        raise bad("only quizzes have correct options")


def _explained(params: Json) -> Json:
    text, entities = cleaned(params.get("explanation", ""), params.get("explanation_entities") or [])
    if len(text) > MOST_EXPLANATION_CHARACTERS:
        raise bad("message is too long")
    if not text:
        return {}
    return {"explanation": text, "explanation_entities": entities}


def _end(params: Json) -> Json:
    """When the poll closes; a bot may also send a closed one."""
    seconds = params.get("open_period") or (params["close_date"] - now() if params.get("close_date") else None)
    shown: Json = {"is_closed": True} if params.get("is_closed") else {}
    if seconds is None:
        return shown
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise bad("wrong poll close date or open period specified")
    return shown | {"open_period": seconds, "close_date": now() + seconds}


def stop_poll(world: World, params: Json) -> Json:
    """The poll as it ended."""
    refuse_what_is_not_here(params)
    chat, message = own(world, params)
    if "poll" not in message:
        raise bad("message with poll to stop not found")
    if message["poll"].get("is_closed"):
        raise bad("poll has already been closed")
    keyboard = inline_keyboard(params.get("reply_markup"))
    polls.stop(world, chat, world.bot(), message["message_id"])
    stopped = chat.messages[message["message_id"]]
    kept = {name: value for name, value in stopped.items() if name != "reply_markup"}
    chat.messages[message["message_id"]] = kept | ({"reply_markup": keyboard} if keyboard else {})
    world.changed(chat)
    return stopped["poll"]

"""Files of an assistant are at hand in all its threads; only whose assistant it is gives and takes them."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, made, shown, tapped, told
from tests.filing.samples import reply, report, words


async def test_a_file_given_to_an_assistant_is_searched_in_all_its_threads(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await after_tap(telegram, ada, await made(telegram, ada), "Use it here")
    await reply(telegram, ada, await telegram.send_document(ada, report(), name="history.txt", caption="?"))
    menu = await told(telegram, ada, "/files")
    await tapped(telegram, ada, menu, "history.txt")
    opened = await shown(telegram, ada, menu["message_id"], "For all threads with Cook")

    await tapped(telegram, ada, opened, "For all threads with Cook")
    await shown(telegram, ada, menu["message_id"], "of the assistant")
    await told(telegram, ada, "/new")
    answer = (await told(telegram, ada, "Who built the lighthouse of Varn?"))["text"]

    assert "Elna Drost" in answer
    assert "history.txt" in await words(model)

"""Responses in the background: they go on alone, can be asked after, followed and cancelled."""

from typing import Any

import pytest
from openai import APIError, BadRequestError, NotFoundError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json


async def _begun(sdk: Any, text: str, /, **more: Any) -> Any:
    given: Json = {"model": MODEL, "input": text, "reasoning": {"effort": "none"}, "background": True}
    return await sdk.responses.create(**given | more)


async def _hear(stream: Any, heard: list[Any]) -> None:
    async for event in stream:
        heard.append(event)  # noqa: PERF401  # what came before the stream broke is wanted


async def _is(control: ModelClient, status: str) -> Json:
    """Waits until the newest one stands so."""
    return (await control.wait_for_requests(lambda seen: seen[0]["response_status"] == status))[0]


async def test_it_is_queued_first_and_finished_alone(sdk: Any, control: ModelClient) -> None:
    begun = await _begun(sdk, "{{say: done}}")
    await _is(control, "completed")

    assert (begun.status, begun.background, begun.output) == ("queued", True, [])
    ended = await sdk.responses.retrieve(begun.id)
    assert (ended.status, ended.output_text) == ("completed", "done")
    assert ended.usage is not None


async def test_it_is_under_way_for_a_while(sdk: Any, control: ModelClient) -> None:
    await control.pace(20, 0)
    begun = await _begun(sdk, "{{say: done}}")
    await _is(control, "in_progress")

    assert (await sdk.responses.retrieve(begun.id)).status == "in_progress"


async def test_it_can_be_cancelled_more_than_once(sdk: Any, control: ModelClient) -> None:
    await control.pace(20, 0)
    begun = await _begun(sdk, "{{say: done}}")

    statuses = [(await sdk.responses.cancel(begun.id)).status for _ in range(2)]

    assert statuses == ["cancelled", "cancelled"]
    assert (await sdk.responses.retrieve(begun.id)).status == "cancelled"
    assert (await _is(control, "cancelled"))["response_id"] == begun.id


async def test_what_is_finished_stays_so(sdk: Any, control: ModelClient) -> None:
    begun = await _begun(sdk, "{{say: done}}")
    await _is(control, "completed")

    assert (await sdk.responses.cancel(begun.id)).status == "completed"


async def test_only_the_background_can_be_cancelled(sdk: Any) -> None:
    made = await _begun(sdk, "{{say: done}}", background=False)

    with pytest.raises(BadRequestError, match="synchronous"):
        await sdk.responses.cancel(made.id)


@pytest.mark.parametrize(
    ("script", "status"),
    [("{{words: 9}} {{incomplete}}", "incomplete"), ("{{words: 9}} {{stream_error: boom failed}}", "failed"),
     ("{{words: 9}} {{stream_error: boom}}", "failed")],
)  # fmt: skip
async def test_it_may_end_badly(sdk: Any, control: ModelClient, script: str, status: str) -> None:
    begun = await _begun(sdk, script)
    await _is(control, status)

    assert (await sdk.responses.retrieve(begun.id)).status == status


async def test_it_may_be_stuck_in_the_queue(sdk: Any, control: ModelClient) -> None:
    await control.stick_background()
    begun = await _begun(sdk, "{{say: done}}")
    await _is(control, "queued")

    assert (await sdk.responses.retrieve(begun.id)).status == "queued"
    assert (await sdk.responses.cancel(begun.id)).status == "cancelled"
    await control.stick_background(stuck=False)
    assert (await _begun(sdk, "{{say: done}}", background=False)).output_text == "done"


async def test_its_stream_can_be_followed_from_the_middle(sdk: Any) -> None:
    stream = await _begun(sdk, "{{words: 30}}", stream=True)
    events = [event async for event in stream]

    rest = await sdk.responses.retrieve(events[0].response.id, stream=True, starting_after=9)

    assert [event.type for event in events][:3] == [
        "response.created", "response.queued", "response.in_progress",
    ]  # fmt: skip
    assert [event.to_dict() async for event in rest] == [event.to_dict() for event in events[10:]]


async def test_it_goes_on_when_its_listener_is_cut_off(sdk: Any, control: ModelClient) -> None:
    stream = await _begun(sdk, "{{words: 9}} {{pace: 1 2}} {{cut: 3}}", stream=True)
    heard: list[Any] = []
    with pytest.raises(APIError):
        await _hear(stream, heard)
    await _is(control, "completed")

    rest = await sdk.responses.retrieve(
        heard[0].response.id, stream=True, starting_after=heard[-1].sequence_number
    )

    said = [event.delta for event in [*heard, *[event async for event in rest]] if "text.delta" in event.type]
    ended = await sdk.responses.retrieve(heard[0].response.id)
    assert "".join(said) == ended.output_text != ""


async def test_it_goes_on_when_the_client_goes_away(sdk: Any, control: ModelClient) -> None:
    stream = await _begun(sdk, "{{words: 9}} {{pace: 50 5}}", stream=True)
    first = await anext(aiter(stream))
    await stream.close()

    await _is(control, "completed")
    assert (await sdk.responses.retrieve(first.response.id)).status == "completed"


async def test_in_the_foreground_it_ends_with_the_connection(sdk: Any, control: ModelClient) -> None:
    stream = await _begun(sdk, "{{words: 99}} {{pace: 1 50}}", stream=True, background=False)
    first = await anext(aiter(stream))
    await stream.close()

    assert (await _is(control, "cancelled"))["cancelled"]
    assert (await sdk.responses.retrieve(first.response.id)).status == "cancelled"


async def test_only_a_stream_can_be_followed(sdk: Any, control: ModelClient) -> None:
    begun = await _begun(sdk, "{{say: done}}")
    await _is(control, "completed")

    with pytest.raises(BadRequestError) as refused:
        await sdk.responses.retrieve(begun.id, stream=True)
    assert refused.value.param == "stream"


async def test_two_can_follow_at_the_same_time(sdk: Any) -> None:
    stream = await _begun(sdk, "{{words: 20}} {{pace: 1 2}}", stream=True)
    first = await anext(aiter(stream))
    others = [await sdk.responses.retrieve(first.response.id, stream=True) for _ in range(2)]

    heard = [[event.type async for event in other] for other in others]

    assert heard[0] == heard[1]
    assert heard[0][-1] == "response.completed"


async def test_it_has_to_be_kept(sdk: Any) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _begun(sdk, "hi", store=False)

    assert refused.value.param == "background"


async def test_it_is_gone_when_it_is_deleted(sdk: Any, control: ModelClient) -> None:
    await control.pace(20, 0)
    begun = await _begun(sdk, "{{say: done}}")

    await sdk.responses.delete(begun.id)

    with pytest.raises(NotFoundError):
        await sdk.responses.retrieve(begun.id)


async def test_asking_after_it_may_fail(sdk: Any, control: ModelClient) -> None:
    begun = await _begun(sdk, "{{say: done}}")
    await control.fault(path="/v1/responses/*", status=500)

    with pytest.raises(APIError):
        await sdk.responses.retrieve(begun.id)
    assert (await sdk.responses.retrieve(begun.id)).id == begun.id


@pytest.mark.parametrize(
    ("query", "param"),
    [("stream=true&starting_after=x", "stream"), ("starting_after=3", "starting_after"),
     ("colour=red", "colour"), ("include[]=all", "include")],
)  # fmt: skip
async def test_what_nobody_can_ask_is_refused(ask: Asker, query: str, param: str) -> None:
    made = (await ask.responses("{{say: hi}}", stream=None)).json

    reply = await ask.get(f"responses/{made['id']}?{query}")

    assert (reply.status, reply.error["param"]) == (400, param)

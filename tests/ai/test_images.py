"""Pictures drawn, changed and varied over HTTP by the offline model, which really draws."""

import io
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ai.images import ImageEngine
from ai.provider import Provider
from ai.source import Source
from domain.catalogue import Catalogue, Drawing
from domain.drawing import (
    CannotDraw,
    DrawingLost,
    DrawingRefused,
    Drawn,
    Inputs,
    Order,
    Sketch,
    Task,
    Wishes,
)
from domain.errors import ProviderUnreachable, UserFacingError
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, Reports, catalogue_of, noting, provider
from tests.town import the_same_day

FLARE, SUNBURST = "gpt-image-2.6-flare", "gpt-image-2.6-sunburst"
RED, BLUE, GREEN = (214, 40, 40), (40, 80, 210), (0, 128, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """All that came of one order."""

    sketches: list[Image.Image]
    drawn: Drawn

    @property
    def pictures(self) -> list[Image.Image]:
        return [_opened(picture) for picture in self.drawn.pictures]


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image


def _corner(image: Image.Image, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    seen = image.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    return seen


@asynccontextmanager
async def _engine(
    sandbox: ModelSandbox, *, catalogue: Catalogue = OURS, reports: Reports | None = None, **given: Any
) -> AsyncGenerator[ImageEngine]:
    told: Reports = reports if reports is not None else []
    today = date(2026, 11, 24)
    async with Source.open(
        provider(sandbox, **given), catalogue, on_model_gone=noting(told), today=lambda: today
    ) as source:
        yield ImageEngine(source)


@pytest.fixture
async def engine(sandbox: ModelSandbox) -> AsyncGenerator[ImageEngine]:
    async with _engine(sandbox) as engine:
        yield engine


def _ready(*pictures: Path, mask: Path | None = None) -> Callable[[Drawing], Awaitable[Inputs]]:
    async def ready(_rules: Drawing) -> Inputs:
        return Inputs(pictures, mask)

    return ready


def _order(
    prompt: str = "a red sofa",
    *pictures: Path,
    task: Task = Task.IMAGINE,
    mask: Path | None = None,
    **wishes: Any,
) -> Order:
    return Order(task, prompt, Wishes(**wishes), _ready(*pictures, mask=mask), "user-hash")


async def _told(engine: ImageEngine, order: Order) -> Told:
    sketches: list[Image.Image] = []
    async with aclosing(engine.draw(order)) as events:
        async for event in events:
            if isinstance(event, Sketch):
                sketches.append(_opened(event.picture))
            else:
                return Told(sketches, event)
    raise AssertionError("nothing was drawn")


def _picture(folder: Path, size: tuple[int, int] = (300, 200), name: str = "picture") -> Path:
    path = folder / f"{name}.png"
    Image.new("RGB", size, GREEN).save(path, "PNG")
    return path


async def _bodies(model: ModelClient) -> list[dict[str, Any]]:
    return [request["body"] for request in await model.requests()]


async def test_a_picture_sharpens_and_is_there(engine: ImageEngine, model: ModelClient) -> None:
    told = await _told(engine, _order(size="1024x1536", quality="low"))

    assert [_corner(picture) for picture in told.pictures] == [RED]
    assert told.pictures[0].size == (1_024, 1_536)
    assert len(told.sketches) == 2
    assert told.drawn.model == FLARE
    assert told.drawn.usage.output_tokens > 150
    (body,) = await _bodies(model)
    assert body["safety_identifier"] == "user-hash"
    assert (body["n"], body["quality"]) == (1, "low")


async def test_several_pictures_come_at_once(engine: ImageEngine, model: ModelClient) -> None:
    told = await _told(engine, _order(count=3, format="webp"))

    assert [picture.format for picture in told.pictures] == ["WEBP"] * 3
    assert told.drawn.usage.pictures == 3
    assert [request["paid"] for request in await model.requests()] == [3]


async def test_a_transparent_picture_is_one(engine: ImageEngine) -> None:
    told = await _told(engine, _order(is_transparent=True, format="jpeg"))

    assert told.pictures[0].mode == "RGBA"
    assert told.drawn.wishes.format == ""


async def test_an_edit_changes_what_the_mask_leaves_open(engine: ImageEngine, tmp_path: Path) -> None:
    mask = Image.new("RGBA", (300, 200), "black")
    mask.paste((0, 0, 0, 0), (0, 0, 150, 200))
    mask.save(tmp_path / "mask.png")
    order = _order("blue water", _picture(tmp_path), task=Task.EDIT, mask=tmp_path / "mask.png")

    (picture,) = (await _told(engine, order)).pictures

    assert _corner(picture, (70, 150)) == BLUE
    assert _corner(picture, (250, 150)) == GREEN


async def test_several_pictures_are_combined(engine: ImageEngine, model: ModelClient, tmp_path: Path) -> None:
    logo = _picture(tmp_path, (64, 64), "logo")

    await _told(engine, _order("put this logo on that mug", _picture(tmp_path), logo, task=Task.EDIT))

    (request,) = await model.requests()
    assert [file["field"] for file in request["files"]] == ["image", "image"]
    assert [(image["width"], image["height"]) for image in request["images"]] == [(300, 200), (64, 64)]


async def test_a_variation_is_an_edit_of_today(engine: ImageEngine, model: ModelClient, tmp_path: Path) -> None:
    told = await _told(engine, _order("", _picture(tmp_path), task=Task.VARY, count=2))

    (request,) = await model.requests()
    assert request["path"] == "/v1/images/edits"
    assert "variation" in request["body"]["prompt"]
    assert len(told.pictures) == 2


async def test_the_retired_models_are_asked_in_their_words(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path
) -> None:
    await model.revive_model("dall-e-2")
    await model.revive_model("dall-e-3")
    served = [replace(OURS.models[name], shutdown=None) for name in ("dall-e-2", "dall-e-3")]
    square = _picture(tmp_path, (256, 256))
    async with _engine(sandbox, catalogue=catalogue_of(*served)) as engine:
        three = await _told(
            engine, _order(model="dall-e-3", quality="hd", style="vivid", size="1000x600", count=4)
        )
        two = await _told(engine, _order("", square, model="dall-e-2", task=Task.VARY, count=2))

    assert three.pictures[0].size == (1_792, 1_024)
    assert len(two.pictures) == 2
    requests = await model.requests()
    assert [request["path"] for request in requests] == ["/v1/images/generations", "/v1/images/variations"]
    assert requests[0]["body"]["style"] == "vivid"


async def test_a_server_that_answers_with_addresses_is_followed(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    await model.revive_model("dall-e-2")
    await model.refuse("dall-e-2", ["response_format"])
    served = catalogue_of(replace(OURS.models["dall-e-2"], shutdown=None))
    async with _engine(sandbox, catalogue=served) as engine:
        told = await _told(engine, _order(size="512x512"))

    assert _corner(told.pictures[0]) == RED
    assert [request["paid"] for request in await model.requests()] == [0, 1]


async def test_a_model_that_is_gone_is_replaced_before_anything_is_paid(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    reports: Reports = []
    await model.kill_model(FLARE)
    async with _engine(sandbox, reports=reports) as engine:
        told = await _told(engine, _order())

    assert told.drawn.model == SUNBURST
    assert reports == [(FLARE, SUNBURST)]
    assert sum(request["paid"] for request in await model.requests()) == 1


async def test_each_model_gets_the_pictures_as_it_wants_them(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path
) -> None:
    await model.revive_model("dall-e-2")
    await model.kill_model(FLARE)
    first = replace(OURS.models[FLARE], replacements=("dall-e-2",))
    second = replace(OURS.models["dall-e-2"], shutdown=None)
    picture = _picture(tmp_path, (256, 256))
    asked: list[bool] = []

    async def ready(rules: Drawing) -> Inputs:
        asked.append(rules.squares)
        return Inputs((picture,))

    async with _engine(sandbox, catalogue=catalogue_of(first, second)) as engine:
        told = await _told(engine, Order(Task.EDIT, "a red hat", Wishes(), ready, "user-hash"))

    assert asked == [False, True]
    assert told.drawn.model == "dall-e-2"


async def test_what_the_rules_forbid_is_said_by_kind(engine: ImageEngine, model: ModelClient) -> None:
    with pytest.raises(DrawingRefused) as refusal:
        await _told(engine, _order("{{refuse_image: violence}}"))

    assert refusal.value.text == DrawingRefused("", ("violence/graphic",)).text != DrawingRefused("").text
    assert refusal.value.categories == ("violence",)
    assert sum(request["paid"] for request in await model.requests()) == 0


@pytest.mark.parametrize(("kind", "error"), [("reset", DrawingLost), ("status", ProviderUnreachable)])
async def test_a_call_that_may_be_paid_is_not_repeated(
    kind: Any, error: type[UserFacingError], engine: ImageEngine, model: ModelClient
) -> None:
    await model.fault(path="/v1/images/generations", kind=kind, status=500)

    with pytest.raises(error):
        await _told(engine, _order())

    assert len(await model.requests()) == 1


async def test_a_rate_limit_is_waited_out(engine: ImageEngine, model: ModelClient) -> None:
    await model.fault(path="/v1/images/generations", status=429, code="rate_limit_exceeded", retry_after=0.05)

    told = await _told(engine, _order())

    assert len(told.pictures) == 1


async def test_a_server_without_pictures_says_so(engine: ImageEngine, model: ModelClient) -> None:
    await model.fault(path="/v1/images/generations", status=404, message="Not Found")

    with pytest.raises(CannotDraw):
        await _told(engine, _order())


async def test_a_refused_parameter_is_left_out(engine: ImageEngine, model: ModelClient) -> None:
    await model.refuse(FLARE, ["quality"])

    told = await _told(engine, _order(quality="high"))

    assert len(told.pictures) == 1
    assert [request["paid"] for request in await model.requests()] == [0, 1]


async def test_other_servers_get_what_all_of_them_understand(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.add_model("flux-dev", like="dall-e-2")
    plain = replace(
        OURS.models["dall-e-2"],
        id="flux-dev",
        shutdown=None,
        is_own=True,
        drawing=Drawing("plain", qualities=(), formats=(), transparent=False, sketches=False),
    )
    async with _engine(sandbox, catalogue=catalogue_of(plain), dialect="plain") as engine:
        await _told(engine, _order(quality="high", format="webp", is_transparent=True))

    (body,) = await _bodies(model)
    assert body.keys() == {"model", "prompt", "n", "response_format"}


async def test_closing_ends_the_call(engine: ImageEngine, model: ModelClient) -> None:
    await model.pace_images(30)
    async with aclosing(engine.draw(_order())) as events:
        assert isinstance(await anext(events), Sketch)

    requests = await model.wait_for_requests(lambda requests: requests[0]["cancelled"])

    assert len(requests) == 1


async def test_a_server_that_is_not_there_was_not_paid(unused_tcp_port: int) -> None:
    there = Provider(f"http://127.0.0.1:{unused_tcp_port}/v1", "key", dialect="openai")
    async with Source.open(there, OURS, today=the_same_day) as source:
        with pytest.raises(ProviderUnreachable):
            await _told(ImageEngine(source), _order())

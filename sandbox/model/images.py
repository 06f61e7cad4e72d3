"""Pictures: `/v1/images/generations`, `/v1/images/edits` and the old `/v1/images/variations`."""

import asyncio
import base64
import io
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from sandbox.model.delivery import CUT, Manner, deliver
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing, unknown, unsupported_parameter
from sandbox.model.forms import Form, Upload
from sandbox.model.image_orders import Drawn, ImageOrder, check_prompt
from sandbox.model.image_rules import EDIT, GENERATION, KINDS, VARIATION, judge, most_inputs, takes_markup
from sandbox.model.journal import Entry
from sandbox.model.models import Served
from sandbox.model.pictures import look
from sandbox.model.scripts import parse
from sandbox.model.stream import Stream, event
from sandbox.model.values import Json, as_text

_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_LARGEST_BYTES = 50 * 1024 * 1024
_LARGEST_MASK_BYTES = 4 * 1024 * 1024
_KEPT = 200
_VARIED = "a variation"


@dataclass(frozen=True, slots=True)
class Images:
    """The three endpoints, and the pictures that are fetched by their address."""

    endpoints: Endpoints
    hosted: OrderedDict[str, bytes] = field(default_factory=OrderedDict[str, bytes])

    def routes(self) -> list[web.RouteDef]:
        journalled = self.endpoints.journalled
        return [
            web.post("/v1/images/generations", journalled(self._generate)),
            web.post("/v1/images/edits", journalled(self._edit)),
            web.post("/v1/images/variations", journalled(self._vary)),
            web.get("/sandbox/images/{id}", self._show),
        ]

    async def _generate(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        body = await self.endpoints.read_json(request, entry)
        if broken := await self.endpoints.begin(request):
            return broken
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        GENERATION(body, "")
        model = self._model(body, request)
        judge(body, model)
        order = ImageOrder(body, prompt=as_text(body["prompt"]))
        return await self._carry_out(request, entry, order, model, "image_generation")

    async def _edit(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, KINDS)
        if broken := await self.endpoints.begin(request):
            return broken
        EDIT(form.fields, "")
        model = self._model(form.fields, request)
        if model.family == "dall-e-3":
            raise invalid("model", f"Invalid value: '{model.id}'. It does not edit images.")
        judge(form.fields, model, edits=True)
        order = await asyncio.to_thread(_edit_order, form, model, entry)
        return await self._carry_out(request, entry, order, model, "image_edit")

    async def _vary(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, KINDS)
        if broken := await self.endpoints.begin(request):
            return broken
        VARIATION(form.fields, "")
        fields = {"model": "dall-e-2", **form.fields}
        model = self._model(fields, request)
        if model.family != "dall-e-2":
            raise invalid("model", f"Invalid value: '{model.id}'. Only 'dall-e-2' makes variations.")
        judge(fields, model)
        image = await asyncio.to_thread(lambda: _square_png(form, entry))
        order = ImageOrder(fields, [image], prompt=_VARIED)
        return await self._carry_out(request, entry, order, model, "image_edit")

    async def _show(self, request: web.Request) -> web.Response:
        content = self.hosted.get(request.match_info["id"])
        return web.Response(body=content, content_type="image/png") if content else web.Response(status=404)

    def _model(self, body: Json, request: web.Request) -> Served:
        return self.endpoints.models.find_for("image", as_text(body["model"]), request.path)

    async def _carry_out(
        self, request: web.Request, entry: Entry, order: ImageOrder, model: Served, name: str
    ) -> web.StreamResponse:
        script = parse(order.prompt)
        fault = self.endpoints.faults.of_script(script, order.prompt)
        if broken := await self.endpoints.suffer(fault, request):
            return broken
        check_prompt(order.prompt)
        entry.paid = order.count
        drawn = await asyncio.to_thread(order.draw)
        if order.body.get("stream") is True:
            stream = await asyncio.to_thread(_stream, order, drawn, name, self.endpoints.image_pace)
            manner = Manner(self.endpoints.pace, request.get(CUT))
            return await deliver(request, stream, manner, self.endpoints.journal, entry)
        await asyncio.sleep(self.endpoints.image_pace)
        if model.family.startswith("dall-e"):
            return web.json_response(self._told_as_before(request, order, drawn))
        return web.json_response(await asyncio.to_thread(_told, order, drawn))

    def _told_as_before(self, request: web.Request, order: ImageOrder, drawn: list[Drawn]) -> dict[str, object]:
        """As the retired models did: with addresses where nobody asks for more."""
        is_embedded = order.body.get("response_format") == "b64_json"
        told: list[dict[str, object]] = []
        for one in drawn:
            part: dict[str, object] = (
                {"b64_json": _base64(one.content)} if is_embedded else {"url": self._host(request, one.content)}
            )
            if "style" in order.body or order.body.get("model") == "dall-e-3":
                part["revised_prompt"] = f"{order.prompt}, in more words"
            told.append(part)
        return {"created": int(time.time()), "data": told}

    def _host(self, request: web.Request, content: bytes) -> str:
        name = f"img-{token_hex(12)}.png"
        self.hosted[name] = content
        if len(self.hosted) > _KEPT:
            self.hosted.popitem(last=False)
        return f"{request.url.origin()}/sandbox/images/{name}"


def _told(order: ImageOrder, drawn: list[Drawn]) -> dict[str, object]:
    told: dict[str, object] = {
        "created": int(time.time()),
        "data": [{"b64_json": _base64(one.content)} for one in drawn],
        **_described(order, drawn[0]),
        "usage": order.usage(drawn),
    }
    if identifier := order.body.get("safety_identifier") or order.body.get("user"):
        told["safety_identifier"] = identifier
    return told


def _described(order: ImageOrder, one: Drawn) -> dict[str, object]:
    return {
        "background": order.background,
        "output_format": order.kind,
        "quality": order.quality,
        "size": f"{one.size[0]}x{one.size[1]}",
    }


def _stream(order: ImageOrder, drawn: list[Drawn], name: str, seconds: float) -> Stream:
    """The pictures on the way come one by one, spread over the time it all takes."""
    steps: list[bytes] = []
    whole: list[bytes] = []
    for one in drawn:
        described = {"created_at": int(time.time()), **_described(order, one)}
        for index, partial in enumerate(one.partial):
            kind = f"{name}.partial_image"
            more = {"b64_json": _base64(partial), "partial_image_index": index}
            steps.append(event(kind, {"type": kind, **described, **more}))
        kind = f"{name}.completed"
        more = {"b64_json": _base64(one.content), "usage": order.usage([one])}
        whole.append(event(kind, {"type": kind, **described, **more}))
    pause = seconds / (len(steps) + 1)
    return Stream(b"", [], b"", tuple((pause, step) for step in [*steps, b"".join(whole)]))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _edit_order(form: Form, model: Served, entry: Entry) -> ImageOrder:
    for file in form.files:
        if file.field not in ("image", "mask", "markup"):
            raise unknown(file.field)
    uploads, masks, markups = form.all("image"), form.all("mask"), form.all("markup")
    if not uploads:
        raise missing("image")
    most = most_inputs(model)
    if len(uploads) > most:
        message = f"Invalid 'image': array too long. Expected an array with maximum length {most}."
        raise invalid("image", message, "array_above_max_length")
    if markups and not takes_markup(model):
        raise unsupported_parameter("markup")
    if markups and masks:
        raise invalid("markup", "'markup' cannot be combined with 'mask'.")
    if model.family == "dall-e-2":
        images = [_square_png(form, entry)]
    else:
        images = [_opened(upload, f"image[{at}]", entry) for at, upload in enumerate(uploads)]
    mask, markup = (_overlay(found, images[0], entry) for found in (masks, markups))
    return ImageOrder(form.fields, images, mask, markup, as_text(form.fields["prompt"]))


def _opened(upload: Upload, param: str, entry: Entry) -> Image.Image:
    if upload.kind not in _KINDS:
        supported = "'image/jpeg', 'image/png', and 'image/webp'"
        message = f"Invalid file '{param}': unsupported mimetype ('{upload.kind}'). Supported file formats are"
        raise invalid(param, f"{message} {supported}.", "unsupported_file_mimetype")
    if len(upload.content) >= _LARGEST_BYTES:
        raise invalid(param, f"Invalid file '{param}': file too large.", "image_file_too_large")
    try:
        seen = look(upload.content, detail="original", param=param)
        image = Image.open(io.BytesIO(upload.content))
        image.load()
    except (ApiError, UnidentifiedImageError, OSError) as error:
        message = f"Invalid image file or mode for {param}, please check your image file."
        raise ApiError(400, message, "invalid_image_file", named="image_generation_user_error") from error
    entry.images.append(seen.as_json() | {"field": upload.field})
    return image


def _overlay(found: Sequence[Upload], first: Image.Image, entry: Entry) -> Image.Image | None:
    """A mask or markup: a PNG of the same size with transparent pixels, less than 4 MB."""
    if not found:
        return None
    name = found[0].field
    if len(found[0].content) >= _LARGEST_MASK_BYTES:
        raise invalid(name, f"Invalid '{name}': the file must be less than 4 MB.", "image_file_too_large")
    image = _opened(found[0], name, entry)
    if image.format != "PNG":
        raise invalid(name, f"Invalid '{name}': must be a PNG.", f"invalid_{name}_image_format")
    if "A" not in image.getbands() and "transparency" not in image.info:
        message = f"Invalid {name} image format - {name} image missing alpha channel."
        raise invalid(name, message, f"invalid_{name}_image_format")
    if image.size != first.size:
        message = f"Invalid {name} image - it must have the same dimensions as the image."
        raise invalid(name, message, f"invalid_{name}_image_size")
    return image


def _square_png(form: Form, entry: Entry) -> Image.Image:
    """The one picture the retired model takes."""
    uploads = form.all("image")
    if not uploads:
        raise missing("image")
    if len(uploads[0].content) >= _LARGEST_MASK_BYTES:
        raise invalid("image", "Uploaded image must be a PNG and less than 4 MB.", "image_file_too_large")
    image = _opened(uploads[0], "image", entry)
    if image.format != "PNG":
        raise invalid("image", "Uploaded image must be a PNG and less than 4 MB.")
    if image.width != image.height:
        raise invalid("image", "Uploaded image must be square.")
    return image

"""Reading a call's parameters: JSON, form, multipart or query string, as the Bot API takes them."""

import asyncio
import json

from aiohttp import web

from sandbox.telegram.errors import Refused, bad
from sandbox.telegram.objects_media import ATTACHED, InputFile
from sandbox.telegram.shapes import Record
from sandbox.telegram.uploads import Upload
from sandbox.telegram.values import Json, as_object


async def read_params(request: web.Request, shape: Record) -> tuple[Json, dict[str, Upload]]:
    """Parameters by name, and the files that came along, to which parameters point with `attach://`.

    Form values are read by the parameter's shape: objects in forms are JSON.
    """
    params = _from_fields(dict(request.query), shape) if request.query_string else {}
    if request.content_type == "application/json":
        return params | _from_json(await request.read()), {}
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        fields, uploads = await _parts(request)
        params |= _from_fields(fields, shape)
        return params | _pointing_at(uploads, params, shape), uploads
    if request.can_read_body and await request.read():
        raise bad(f'content type "{request.content_type}" is not understood')
    return params, {}


async def _parts(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    try:
        parts = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "Request Entity Too Large") from None
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for name, part in parts.items():
        if isinstance(part, web.FileField):
            uploads[name] = Upload(part.filename, await asyncio.to_thread(_whole, part))
        else:
            fields[name] = part if isinstance(part, str) else bytes(part).decode("utf-8", "replace")
    return fields, uploads


def _whole(part: web.FileField) -> bytes:
    with part.file:
        return part.file.read()


def _pointing_at(uploads: dict[str, Upload], params: Json, shape: Record) -> Json:
    """A file under the name of a parameter is its value; any other has to be pointed at."""
    named = json.dumps(params, ensure_ascii=False)
    pointers: Json = {}
    for name in uploads:
        if isinstance(shape.fields.get(name), InputFile):
            pointers.setdefault(name, f"{ATTACHED}{name}")
        elif f'"{ATTACHED}{name}"' not in named:
            raise bad(f'a file was sent as "{name}": this takes no uploads')
    return {name: pointer for name, pointer in pointers.items() if name not in params}


def _from_json(body: bytes) -> Json:
    try:
        params = as_object(json.loads(body)) if body else {}
    except ValueError:
        raise bad("can't parse JSON object") from None
    if params is None:
        raise bad("can't parse JSON object: an object is expected")
    return params


def _from_fields(fields: dict[str, str], shape: Record) -> Json:
    params: Json = {}
    for name, raw in fields.items():
        part = shape.fields.get(name)
        params[name] = raw if part is None else part.read(raw, name)
    return params

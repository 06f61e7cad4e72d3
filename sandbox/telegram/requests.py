"""Reading a call's parameters: JSON, form, multipart or query string, as the Bot API takes them."""

import json
from typing import Any

from aiohttp import web

from sandbox.telegram.errors import bad
from sandbox.telegram.shapes import Record
from sandbox.telegram.values import Json, as_object


async def read_params(request: web.Request, shape: Record) -> Json:
    """Parameters by name. Form values are read by the parameter's shape: objects in forms are JSON."""
    params = _from_fields(dict(request.query), shape) if request.query_string else {}
    if request.content_type == "application/json":
        return params | _from_json(await request.read())
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return params | _from_fields(dict(await request.post()), shape)
    if request.can_read_body and await request.read():
        raise bad(f'content type "{request.content_type}" is not understood')
    return params


def _from_json(body: bytes) -> Json:
    try:
        params = as_object(json.loads(body)) if body else {}
    except ValueError:
        raise bad("can't parse JSON object") from None
    if params is None:
        raise bad("can't parse JSON object: an object is expected")
    return params


def _from_fields(fields: dict[str, Any], shape: Record) -> Json:
    params: Json = {}
    for name, raw in fields.items():
        if not isinstance(raw, str):
            raise bad(f'a file was sent as "{name}": this sandbox takes no uploads')
        part = shape.fields.get(name)
        params[name] = raw if part is None else part.read(raw, name)
    return params

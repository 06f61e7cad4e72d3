"""Answers in the words of Chat Completions: the whole object, or its chunks in their order."""

import base64
import time
from collections.abc import Iterator
from secrets import token_hex

from sandbox.model.answers import Answer, Sound
from sandbox.model.asked import Asked
from sandbox.model.stream import Stream, chunk, compact
from sandbox.model.tokens import Usage, pieces
from sandbox.model.values import as_object, as_text

_Object = dict[str, object]

_HOUR_SECONDS = 3_600
_DONE = b"data: [DONE]\n\n"
_ENDINGS = {"completed": "stop", "max_output_tokens": "length", "content_filter": "content_filter"}


class ChatWriter:
    """Writes one answer. `failure` is an error in mid-stream: its code and how it comes."""

    def __init__(self, asked: Asked, answer: Answer, failure: tuple[str, str] | None = None) -> None:
        self._asked = asked
        self._answer = answer
        self._failure = failure
        self._head: _Object = {
            "id": f"chatcmpl-{token_hex(15)}",
            "created": int(time.time()),
            "model": asked.model,
            "service_tier": "default",
            "system_fingerprint": answer.fingerprint,
        }

    def whole(self) -> _Object:
        """The completion without streaming."""
        message: _Object = {
            "role": "assistant",
            "content": None if self._answer.calls or self._answer.refused else self._answer.text,
            "refusal": self._answer.text if self._answer.refused else None,
            "annotations": [],
        }
        if self._answer.sound is not None:
            message |= {"content": None, "audio": _audio(self._answer.sound)}
        if self._answer.calls:
            message["tool_calls"] = self._calls()
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._reason()}
        return self._head | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(self._answer.usage),
            **_moderation(self._answer),
        }

    def stream(self) -> Stream:
        head = self._chunk({"role": "assistant", "content": "", "refusal": None})
        for index, call in enumerate(self._calls()):
            head += b"".join(self._call(index, call))
        deltas = self._deltas() if self._answer.sound is None else self._spoken(self._answer.sound)
        if self._failure is not None:
            return Stream(head, deltas[: (len(deltas) + 1) // 2], self._error(*self._failure))
        tail = self._chunk({}, self._reason())
        if self._asked.with_usage:
            usage: _Object = {"choices": [], "usage": _usage(self._answer.usage)}
            tail += chunk(self._of_chunk() | usage)
        return Stream(head, deltas, tail + _DONE)

    def _spoken(self, sound: Sound) -> list[bytes]:
        """The words one by one, the sound in as many pieces, and when it expires."""
        words = self._answer.deltas
        size = -(-len(sound.content) // max(1, len(words)) // 2) * 2 or 2
        pieces = [sound.content[at : at + size] for at in range(0, len(sound.content), size)]
        parts: list[_Object] = [
            *({"transcript": word} for word in words),
            *({"data": base64.b64encode(piece).decode()} for piece in pieces),
            {"expires_at": _expiry()},
        ]
        return [self._chunk({"audio": {"id": sound.id, **part}}) for part in parts]

    def _deltas(self) -> list[bytes]:
        """Written by hand, because there are many of them."""
        name = "refusal" if self._answer.refused else "content"
        whole = self._chunk({name: "@"}).decode()
        before, _, after = whole.partition('"@"')
        deltas: list[bytes] = []
        for delta in self._answer.deltas:
            padding = f',"obfuscation":"{token_hex(8)}"' if self._asked.obfuscated else ""
            line = f"{before}{compact(delta)}{after.rstrip()[:-1]}{padding}}}\n\n"
            deltas.append(line.encode("utf-8", "replace"))
        return deltas

    def _calls(self) -> list[_Object]:
        return [
            {
                "id": f"call_{token_hex(12)}",
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in self._answer.calls
        ]

    def _call(self, index: int, call: _Object) -> Iterator[bytes]:
        """Its id and name come once, its arguments piece by piece."""
        function = as_object(call["function"])
        begun = {"index": index, **call, "function": {**function, "arguments": ""}}
        yield self._chunk({"tool_calls": [begun]})
        for piece in pieces(as_text(function["arguments"])):
            yield self._chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})

    def _error(self, code: str, _how: str) -> bytes:
        message = "The offline stand-in was told to fail here."
        error = {"message": message, "type": "server_error", "param": None, "code": code}
        return chunk({"error": error})

    def _chunk(self, delta: _Object, reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        usage: _Object = {"usage": None} if self._asked.with_usage else {}
        return chunk(self._of_chunk() | {"choices": [choice]} | usage)

    def _of_chunk(self) -> _Object:
        return self._head | {"object": "chat.completion.chunk"}

    def _reason(self) -> str:
        return "tool_calls" if self._answer.calls else _ENDINGS[self._answer.ending]


def _moderation(answer: Answer) -> _Object:
    """What was found, each in a list of its own."""
    if answer.moderation is None:
        return {}
    told = {
        side: {
            "type": "moderation_results",
            "model": as_object(result).get("model"),
            "results": [result],
        }
        for side, result in answer.moderation.items()
    }
    return {"moderation": told}


def _audio(sound: Sound) -> _Object:
    data = base64.b64encode(sound.content).decode()
    return {"id": sound.id, "data": data, "transcript": sound.transcript, "expires_at": _expiry()}


def _expiry() -> int:
    return int(time.time()) + _HOUR_SECONDS


def _usage(usage: Usage) -> _Object:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
            "audio_tokens": usage.heard_tokens,
        },
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning_tokens,
            "audio_tokens": usage.spoken_tokens,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }

"""The one way to a language model: the OpenAI chat protocol, bounded, patient, with a stop."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from wpnet.asking.answers import LONGEST
from wpnet.asking.prompt import Question
from wpnet.errors import WpnetError

#: Where the key is read from, and nowhere else: a key of another service is never sent by mistake.
KEY = "WPNET_API_KEY"
#: Tries of one question, and the longest pause between two (seconds).
TRIES = 5
LONGEST_PAUSE = 60.0
#: What a model is told beside the question: as repeatable as it can be, and short.
PARAMETERS: dict[str, Any] = {"temperature": 0, "max_tokens": 2000}
_NO_MONEY = ("insufficient_quota", "insufficient balance", "billing", "quota exceeded", "arrears")


class NoService(WpnetError):
    """Nobody answers questions any more: no server, no key, no model, no money."""


class NoReply(Exception):
    """One question got no reply after all tries; it can be asked again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, the name the server gives its model, tokens, and a fault if any.

    ``fault`` is why the text can be no answer (it had no end, it was refused).
    """

    text: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    fault: str = ""


class Model(Protocol):
    """Who answers questions."""

    def reply(self, question: Question) -> Reply:
        """Return the reply to one question; raise NoReply or NoService."""
        ...

    def close(self) -> None:
        """End all that is under way."""
        ...


class ChatModel:
    """A model behind an OpenAI-compatible server.

    Example:
        >>> model = ChatModel("http://localhost:11434/v1", "qwen3:8b")  # doctest: +SKIP
    """

    def __init__(
        self,
        base_url: str,
        name: str,
        *,
        seconds: float = 120.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Prepare the way; nothing is sent yet.

        Args:
            base_url: up to ``/v1``.
            name: the model, as the server calls it.
            seconds: how long one reply may take.
            sleep: how to wait between two tries.

        Raises:
            NoService: the extra ``llm`` is not installed, or the address is none.
        """
        try:
            import openai
        except ImportError as fault:
            raise NoService(
                "the package openai is not installed; run `pip install 'wpnet[llm]'`"
            ) from fault
        if not base_url.startswith(("http://", "https://")):
            raise NoService(
                f"--base-url {base_url!r} is no address; it begins with http:// or "
                "https:// and mostly ends in /v1"
            )
        self._openai = openai
        self._key = os.environ.get(KEY, "")
        self._client = openai.OpenAI(
            base_url=base_url, api_key=self._key or "none", max_retries=0, timeout=seconds
        )
        self._url, self._name, self._seconds, self._sleep = base_url, name, seconds, sleep
        self._not_before = 0.0
        self._wishes: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "response_format": {"type": "json_object"},
        }

    def close(self) -> None:
        """End all that is under way."""
        self._client.close()

    def reply(self, question: Question) -> Reply:
        """Return the reply to a question, after as many tries as it takes.

        Raises:
            NoReply: no whole reply after :data:`TRIES`.
            NoService: wrong key, unknown model, no money, no server.
        """
        fault: Exception | None = None
        for number in range(TRIES):
            wait = self._not_before - time.monotonic()
            if wait > 0:
                self._sleep(wait)
            try:
                return self._once(question)
            except self._openai.APIStatusError as refused:
                kept = self._judged(refused)
                if kept is not None:
                    return kept
                fault = refused
            except (self._openai.APIError, OSError, _Cut) as failed:
                fault = failed
            if number + 1 < TRIES:
                self._pause(fault, number)
        if isinstance(fault, self._openai.APIConnectionError) and not isinstance(
            fault, self._openai.APITimeoutError
        ):
            raise NoService(
                f"{self._url}: no server answers there; start it, or correct --base-url"
            )
        raise NoReply(self._without_key(str(fault)))

    def _once(self, question: Question) -> Reply:
        messages: Any = [
            {"role": "system", "content": question.system},
            {"role": "user", "content": question.user},
        ]
        stream = self._client.chat.completions.create(
            model=self._name,
            messages=messages,
            stream=True,
            **self._wishes,
            **PARAMETERS,
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            stream.close()

        watch = threading.Timer(self._seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return _gathered(stream, self._name, late)
        except Exception as fault:
            if late.is_set():
                raise _Cut(f"no whole reply within {self._seconds:.0f} s") from fault
            if isinstance(fault, (self._openai.APIError, OSError, _Cut)):
                raise
            raise _Cut(f"the reply broke off ({type(fault).__name__})") from fault
        finally:
            watch.cancel()
            stream.close()

    def _judged(self, fault: Any) -> Reply | None:
        """Tell what a status means: the end, no answer to this question, or try again."""
        said = self._without_key(str(fault.message))[:200]
        why = f"{said} {fault.code}".lower()
        if fault.status_code == 402 or any(word in why for word in _NO_MONEY):
            raise NoService(f"{self._url}: the account has no money left ({said}); top it up")
        if fault.status_code in (401, 403):
            raise NoService(f"{self._url}: refuses the key ({said}); set {KEY} in the environment")
        if fault.status_code == 404:
            raise NoService(
                f"{self._url}: knows no model {self._name!r} ({said}); correct --model or "
                "--base-url"
            )
        if fault.status_code in (400, 422) and (wish := self._unknown_wish(said)):
            self._wishes = {key: value for key, value in self._wishes.items() if key != wish}
            return None
        if fault.status_code in (408, 409, 425, 429) or fault.status_code >= 500:
            return None
        return Reply("", self._name, fault=f"the server refused the question ({said})")

    def _unknown_wish(self, said: str) -> str:
        """Return which wish a server does not know; the answer is checked here in any case."""
        return next((wish for wish in self._wishes if wish in said), "")

    def _pause(self, fault: Exception | None, number: int) -> None:
        """Wait before the next try: as long as the server asks, else twice as long every time."""
        seconds = min(2.0**number, LONGEST_PAUSE)
        response = getattr(fault, "response", None)
        asked = response.headers.get("retry-after", "") if response is not None else ""
        if asked.replace(".", "", 1).isdecimal():
            seconds = min(float(asked), LONGEST_PAUSE)
        if getattr(fault, "status_code", 0) == 429:  # all workers hold back, not only this one
            self._not_before = max(self._not_before, time.monotonic() + seconds)
        self._sleep(seconds)

    def _without_key(self, text: str) -> str:
        """Return what a server said without the key, should it repeat it."""
        return text.replace(self._key, "***") if self._key else text


class _Cut(Exception):
    """A reply that has no end."""


def _gathered(stream: Iterable[Any], name: str, late: threading.Event) -> Reply:
    """Put the pieces of a reply together; stop where it is longer than any answer."""
    text, model, tokens_in, tokens_out, ended = "", name, 0, 0, ""
    for piece in stream:
        if late.is_set():
            raise _Cut("the reply took too long")
        model = piece.model or model
        if piece.usage is not None:
            tokens_in, tokens_out = piece.usage.prompt_tokens, piece.usage.completion_tokens
        for choice in piece.choices or ():
            text += choice.delta.content or ""
            text += getattr(choice.delta, "refusal", None) or ""
            ended = choice.finish_reason or ended
        if len(text) > LONGEST:
            return Reply(text[:LONGEST], model, tokens_in, tokens_out, "the reply had no end")
    if not ended:
        raise _Cut("the reply broke off before its end")
    fault = "" if ended == "stop" else f"the reply ended with {ended!r}"
    return Reply(text, model, tokens_in, tokens_out, fault)

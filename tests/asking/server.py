"""A faithful OpenAI-compatible chat server on loopback: streams, counts tokens, and can fail.

No model is behind it: it reads the question as any server gets it and answers by a rule that is
given to it, or with one of the faults that real servers have.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "right-key"


def answer(verdict: str = "omitted", ids: tuple[str, ...] = (), **more: Any) -> str:
    """Return an answer by the schema."""
    told = {"verdict": verdict, "target_ids": list(ids), "missing": "", "sureness": "high"}
    return json.dumps({**told, "why": "因为如此。", **more}, ensure_ascii=False)


def by_words(user: str) -> str:
    """Answer as a plain reader: carried by the sentence that holds the duty's text, or omitted."""
    asked = json.loads(user)
    duty = asked["任务"]["句子"].replace("〔略〕", "").strip("。，")
    held = [one["id"] for one in asked["目标文件句子"] if duty in one["句子"]]
    return answer("carried", tuple(held[:1])) if held else answer()


@dataclass
class Chat:
    """The server's state: its rule, the faults still to come, and what it was asked."""

    rule: Callable[[str], str] = by_words
    faults: list[str] = field(default_factory=list)
    always: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self) -> str:
        with self.lock:
            return self.faults.pop(0) if self.faults else self.always


ERRORS = {
    "429": (429, {"message": "Rate limit reached", "code": "rate_limit_exceeded"}),
    "500": (500, {"message": "Internal error", "code": None}),
    "401": (401, {"message": f"Incorrect API key: {KEY}", "code": "invalid_api_key"}),
    "404": (404, {"message": "The model does not exist", "code": "model_not_found"}),
    "402": (402, {"message": "Insufficient Balance", "code": None}),
    "quota": (429, {"message": "You exceeded your quota", "code": "insufficient_quota"}),
    "400": (400, {"message": "maximum context length", "code": "context_length_exceeded"}),
    "no json": (400, {"message": "unknown field response_format", "code": None}),
}


class _Handler(BaseHTTPRequestHandler):
    chat: Chat

    def log_message(self, *said: object) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.chat.lock:
            self.chat.asked.append(body)
            self.chat.headers.append(dict(self.headers))
        fault = self.chat.next_fault()
        if self.path != "/v1/chat/completions":
            fault = "404"
        if fault in ERRORS:
            self._refuse(*ERRORS[fault])
            return
        with suppress(OSError):  # the client has gone: that is what some tests are about
            self._stream(body, fault)

    def _refuse(self, status: int, error: dict[str, Any]) -> None:
        data = json.dumps({"error": {"type": "error", "param": None, **error}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, body: dict[str, Any], fault: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if fault == "slow":
            for _ in range(100):
                time.sleep(0.05)
                self.wfile.write(b": still thinking\n\n")
                self.wfile.flush()
        text = self.chat.rule(body["messages"][1]["content"])
        if fault == "endless":
            for _ in range(2000):
                self._piece(body, "说" * 50)
        for at in range(0, len(text), 20):
            self._piece(body, text[at : at + 20])
            if fault == "cut":
                return
        self._piece(body, "", "content_filter" if fault == "filtered" else "stop")
        if body.get("stream_options", {}).get("include_usage"):
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            self._send(body, {"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _piece(self, body: dict[str, Any], text: str, reason: str | None = None) -> None:
        delta = {"role": "assistant", "content": text}
        self._send(body, {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    def _send(self, body: dict[str, Any], more: dict[str, Any]) -> None:
        told = {"id": "c1", "object": "chat.completion.chunk", "created": 1}
        told["model"] = f"{body['model']}-as-served"
        line = json.dumps({**told, **more}, ensure_ascii=False)
        self.wfile.write(f"data: {line}\n\n".encode())
        self.wfile.flush()


@contextmanager
def serving(**state: Any) -> Iterator[Chat]:
    """Run a server on a free port of this machine."""
    chat = Chat(**state)
    handler = type("Handler", (_Handler,), {"chat": chat})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    chat.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

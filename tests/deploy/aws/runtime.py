"""Lambda's runtime API, as far as a function's client needs it: it hands out events and takes their results."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

ROOT = Path(__file__).parents[3]
LIBRARIES = ROOT / ".deployments" / "lambda"
FUNCTIONS = ROOT / "deploy" / "aws"
PATIENCE = 120


class Runtime(ThreadingHTTPServer):
    """The API of one function, whose process gets the invoked events, one at a time."""

    daemon_threads = False  # so that closing waits for them

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.events = Queue[tuple[float, Any] | None]()
        self.answers = Queue[tuple[str, Any]]()

    def invoke(self, event: Mapping[str, Any], seconds: float = PATIENCE) -> Any:
        """What the function returns; it may take so many seconds. Raises FunctionFailed."""
        self.events.put((time.time() + seconds, event))
        kind, answer = self.answers.get(timeout=PATIENCE)
        if kind != "response":
            raise FunctionFailed(answer)
        return answer

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class FunctionFailed(Exception):
    """The handler raised an exception, which Lambda counts as a failure."""


class Handler(BaseHTTPRequestHandler):
    """Serves the two requests of the function's client: for the next event, and with the event's result."""

    server: Runtime
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        invoked = self.server.events.get()
        if invoked is None:  # its process has ended
            self.close_connection = True
            return
        deadline, event = invoked
        headers = {  # the client reads each of these
            "Content-Type": "application/json",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
            "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:insight",
        }
        self._send(200, json.dumps(event).encode(), headers)

    def do_POST(self) -> None:
        answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        self.server.answers.put((self.path.rpartition("/")[2], answer))
        self._send(202, b"{}", {})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: pytest shows what the function writes."""


@contextmanager
def function(handler: str, env: Mapping[str, str]) -> Iterator[Runtime]:
    """A function's process, started by Lambda's own client."""
    with Runtime() as runtime:
        serving = threading.Thread(target=runtime.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", handler],
            cwd=FUNCTIONS,
            env={
                **env,
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": f"{ROOT}:{FUNCTIONS}:{LIBRARIES}",
                "AWS_LAMBDA_RUNTIME_API": runtime.address,
                "AWS_LAMBDA_FUNCTION_NAME": "insight",
            },
        )
        try:
            yield runtime
        finally:
            process.kill()
            process.wait()
            runtime.events.put(None)
            runtime.shutdown()
            serving.join()

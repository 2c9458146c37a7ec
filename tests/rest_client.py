"""A small REST client, as a user's script would be: uploads, jobs, results."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.stack import Stack, wait_until

FINISHED = {"SUCCEEDED", "FAILED", "CANCELLED"}


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


class RestClient:
    """Speaks to a running stack with a user's token."""

    def __init__(self, stack: Stack, username: str = "alice") -> None:
        self.url = stack.url
        self.token = stack.manage("create_token", username, "--create").strip()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request to the API."""
        data = None if body is None else json.dumps(body).encode()
        return self.send(
            method,
            f"{self.url}/api/v1{path}",
            data,
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers},
        )

    def send(self, method: str, url: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        """Send one request anywhere, following redirects."""
        try:
            with urlopen(Request(url, data=data, method=method, headers=headers), timeout=30) as response:
                return Answer(response.status, response.headers, response.read())
        except HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def upload(self, filename: str, data: bytes) -> str:
        """Send a file in its parts, complete it, and give the upload's id."""
        promise = {"filename": filename, "size_bytes": len(data), "content_type": "application/octet-stream"}
        made = self.call("POST", "/uploads", promise).json()
        etags, offset = [], 0
        for part in made["parts"]:
            body = data[offset : offset + part["size_bytes"]]
            sent = self.send(part["method"], part["url"], body, part["headers"])
            assert sent.status == 200, sent.body
            etags.append({"number": part["number"], "etag": sent.headers["ETag"]})
            offset += part["size_bytes"]
        done = self.call("POST", f"/uploads/{made['id']}/complete", {"parts": etags})
        assert done.status == 200, done.body
        return str(made["id"])

    def start_job(self, upload_id: str, steps: list[dict[str, Any]], **options: Any) -> str:
        """Ask for a picture job and give its id."""
        asked = self.call("POST", "/images/jobs", {"upload_id": upload_id, "steps": steps, **options})
        assert asked.status == 202, asked.body
        return str(asked.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Look at a job."""
        found: dict[str, Any] = self.call("GET", f"/images/jobs/{job_id}").json()
        return found

    def finished(self, job_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait for a job's end and give its last state."""

        def end() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in FINISHED else None

        found: dict[str, Any] = wait_until(end, seconds=seconds, what=f"job {job_id}")
        return found

    def result(self, job_id: str) -> bytes:
        """Download a job's result."""
        answer = self.call("GET", f"/images/jobs/{job_id}/result")
        assert answer.status == 200, answer.body
        return answer.body

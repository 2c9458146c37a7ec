"""A script that has pictures mirrored, one after the other, and looks at every pixel of what it gets."""

import json
import time
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen

from PIL import Image, ImageChops, ImageOps

from tests.cluster.visitors import ORIGIN, Reply, Visitor
from tests.pictures import encoded, photo

MIRROR = [{"filter": "flip", "params": {"direction": "horizontal"}}]
TRIES = 10  # of one call, which an Idempotency-Key makes one
FINISHED = {"SUCCEEDED", "FAILED", "CANCELLED"}
GIVE_UP_SECONDS = 150


class Customer:
    """Orders by token; `job_ids` are those that were promised, `wrong` what was not delivered, in words."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.job_ids: list[str] = []
        self.wrong: list[str] = []
        self._orders = 0

    def order(self, *, width: int = 96) -> None:
        """Upload a picture, have it mirrored, wait for it and compare it."""
        self._orders += 1
        picture = photo(width, width * 3 // 4, seed=self._orders)
        job_id = self.begin(encoded(picture, "PNG"), MIRROR)
        self.check(job_id, ImageOps.mirror(picture))

    def begin(self, data: bytes, steps: list[dict[str, Any]]) -> str:
        """Upload a picture straight to S3, and ask for the work."""
        promise = {"filename": "picture.png", "size_bytes": len(data), "content_type": "image/png"}
        upload = self._post("/uploads", promise, wants=201)
        part = upload["parts"][0]
        request = Request(part["url"], data=data, method=part["method"], headers=part["headers"])
        with urlopen(request, timeout=60) as response:
            etag = response.headers["ETag"]
        self._post(f"/uploads/{upload['id']}/complete", {"parts": [{"number": 1, "etag": etag}]}, wants=200)
        job = self._post("/images/jobs", {"upload_id": upload["id"], "steps": steps, "format": "png"}, wants=202)
        self.job_ids.append(job["id"])
        return str(job["id"])

    def check(self, job_id: str, expected: Image.Image) -> None:
        """Wait for a job, and note if it did not give just these pixels."""
        job = self.finished(job_id)
        if job["status"] != "SUCCEEDED":
            self.wrong.append(f"job {job}")
            return
        link = self._until_right("GET", f"/api/v1/images/jobs/{job_id}/result", wants=302).headers["Location"]
        with urlopen(link, timeout=60) as response:
            result = Image.open(BytesIO(response.read()))
        if ImageChops.difference(result.convert("RGB"), expected.convert("RGB")).getbbox():
            self.wrong.append(f"job {job_id} gave other pixels")

    def job(self, job_id: str) -> dict[str, Any]:
        """Look at a job."""
        found: dict[str, Any] = self._until_right("GET", f"/api/v1/images/jobs/{job_id}", wants=200).json()
        return found

    def finished(self, job_id: str) -> dict[str, Any]:
        """Wait for a job's end; give how it is then, or how it was when we could wait no longer."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            job = self.job(job_id)
            if job["status"] in FINISHED or time.monotonic() > deadline:
                return job
            time.sleep(0.2)

    def all_jobs(self) -> list[str]:
        """Ask the site which jobs it knows of."""
        found: list[str] = []
        path = "/api/v1/images/jobs"
        while path:
            page = self._until_right("GET", path, wants=200).json()
            found += [job["id"] for job in page["items"]]
            path = (page["next"] or "").removeprefix(ORIGIN)
        return found

    def _post(self, path: str, body: Any, *, wants: int) -> Any:
        self.visitor.headers["Idempotency-Key"] = f"{path} {self._orders} {len(self.job_ids)}"
        return self._until_right("POST", f"/api/v1{path}", json.dumps(body).encode(), wants=wants).json()

    def _until_right(self, method: str, path: str, body: bytes | None = None, *, wants: int) -> Reply:
        for _ in range(TRIES):
            reply = self.visitor.ask(method, path, body, wants=wants)
            if reply.status == wants:
                return reply
            time.sleep(0.1)
        raise AssertionError(f"{TRIES} times {method} {path} went wrong: {reply}")

"""
What was released: numbered parcels in the bucket of artifacts, and beside them what runs and what ran.

Every change is a conditional write: of two who release at the same time one is told so.
"""

from datetime import datetime
from typing import Any, Literal

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from deploy.cloud import Cloud, code_of
from deploy.errors import DeployError

STATE = "releases/state.json"
PARCEL = "cloudapps.tar.gz"
MISSING = {"404", "NoSuchKey"}
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
REMEMBERED = 50


class Record(BaseModel):
    """Something written down, which keeps what later versions of this program write."""

    model_config = ConfigDict(extra="allow")

    def json_bytes(self) -> bytes:
        """Write it."""
        return self.model_dump_json(indent=1).encode()


class Release(Record):
    """A parcel; it never changes."""

    number: int
    revision: str
    subject: str
    sha256: str
    bytes: int
    created_at: datetime

    @property
    def name(self) -> str:
        """What machines are tagged with."""
        return str(self.number)


class Before(Record):
    """How the group of a tier was before it was rolled."""

    template_version: str
    version: str  # what its machines were made from
    release: str
    minimum: int
    maximum: int
    desired: int


class Roll(Record):
    """A release on its way to the machines."""

    to: str
    began_at: datetime
    before: dict[str, Before]
    migrated: bool = False


class Outcome(Record):
    """How a roll ended."""

    release: str
    ended_at: datetime
    result: Literal["live", "failed"]
    words: str = ""


class State(Record):
    """What runs, and what ran, the newest last."""

    rolling: Roll | None = None
    outcomes: list[Outcome] = []

    @property
    def live(self) -> str:
        """The release that runs; empty if there is none."""
        return next((each.release for each in reversed(self.outcomes) if each.result == "live"), "")

    @property
    def earlier(self) -> list[str]:
        """The releases that ran before it, the newest first, each once."""
        found = dict.fromkeys(each.release for each in reversed(self.outcomes) if each.result == "live")
        return list(found)[1:]


class ReleasedElsewhere(DeployError):
    """Somebody else releases at the same time."""

    def __init__(self) -> None:
        super().__init__("Somebody else is releasing at the same time. Look at status, and try again later.")


class NoSuchRelease(DeployError):
    """There is no parcel of that number."""


class Releases:
    """What is kept in the bucket."""

    def __init__(self, cloud: Cloud) -> None:
        self._s3 = cloud.client("s3")
        self.bucket = cloud.site.bucket("artifacts")
        self._etag = ""

    def next_number(self) -> int:
        """Give the number after the highest."""
        return max(self.numbers(), default=0) + 1

    def numbers(self) -> list[int]:
        """Find the numbers of all releases, the smallest first."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix="releases/", Delimiter="/"
        )
        folders = [each["Prefix"].split("/")[1] for page in pages for each in page.get("CommonPrefixes", [])]
        return sorted(int(folder) for folder in folders if folder.isdigit())

    def get(self, name: str) -> Release:
        """Read one. :raises NoSuchRelease: if it is not there, or was not uploaded whole."""
        body = self._read(f"releases/{name}/release.json")
        if not body:
            there = ", ".join(str(number) for number in self.numbers()) or "none"
            raise NoSuchRelease(f"There is no release {name}. Releases: {there}.")
        return Release.model_validate_json(body)

    def add(self, release: Release) -> None:
        """Say that a parcel is there, after it was uploaded."""
        self._write(f"releases/{release.name}/{PARCEL}.sha256", release.sha256.encode())
        self._write(f"releases/{release.name}/release.json", release.json_bytes(), IfNoneMatch="*")

    def claim(self) -> int:
        """Take the next number, so that nobody else does."""
        while True:
            number = self.next_number()
            try:
                self._write(f"releases/{number}/claimed", b"", IfNoneMatch="*")
            except ReleasedElsewhere:
                continue
            return number

    def state(self) -> State:
        """Read what runs."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=STATE)
        except ClientError as error:
            if code_of(error) not in MISSING:
                raise
            self._etag = ""
            return State()
        self._etag = answer["ETag"]
        return State.model_validate_json(answer["Body"].read())

    def save(self, state: State) -> None:
        """Write what runs. :raises ReleasedElsewhere: if it changed since it was read."""
        state.outcomes = state.outcomes[-REMEMBERED:]
        condition = {"IfMatch": self._etag} if self._etag else {"IfNoneMatch": "*"}
        self._etag = self._write(STATE, state.json_bytes(), **condition)

    def _read(self, key: str) -> bytes:
        try:
            body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if code_of(error) in MISSING:
                return b""
            raise
        return body

    def _write(self, key: str, body: bytes, **condition: Any) -> str:
        try:
            answer = self._s3.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType="application/json", **condition
            )
        except ClientError as error:
            if code_of(error) in TAKEN:
                raise ReleasedElsewhere from None
            raise
        return str(answer["ETag"])

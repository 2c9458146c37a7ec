"""Object storage on Amazon S3, or anything that speaks its protocol; browsers reach it by presigned links."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from django.utils.http import content_disposition_header

from cloudapps.storage import MultipartNotFound, ObjectInfo, ObjectNotFound, OpenMultipart, Part, PartLink

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3Storage:
    """See `cloudapps.storage.Storage`; every key lies below the prefix."""

    def __init__(self, *, bucket: str, prefix: str = "", region: str, endpoint_url: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.region = region
        self.endpoint_url = endpoint_url

    def put(self, key: str, body: BinaryIO | IO[bytes], *, content_type: str) -> None:
        self._client.upload_fileobj(body, self.bucket, self._name(key), ExtraArgs={"ContentType": content_type})

    def open(self, key: str, *, offset: int = 0, size_bytes: int | None = None) -> BinaryIO:
        last = "" if size_bytes is None else offset + size_bytes - 1
        part: Any = {"Range": f"bytes={offset}-{last}"} if offset or size_bytes else {}
        try:
            return cast(BinaryIO, self._client.get_object(**self._at(key), **part)["Body"])
        except ClientError as error:
            raise _translated(error, key) from error

    def fetch(self, key: str, path: Path) -> None:
        draft = path.with_name(uuid4().hex)  # boto3's own draft is called longer than the file, which may be too long
        try:
            self._client.download_file(self.bucket, self._name(key), str(draft))  # in several ranges at once
            draft.replace(path)
        except ClientError as error:
            raise _translated(error, key) from error
        finally:
            draft.unlink(missing_ok=True)

    def copy(self, key: str, to: str) -> None:
        """
        Copy an object within the bucket, without its bytes coming here; in parts if it is large.

        :raises ObjectNotFound: if there is none.
        """
        try:
            self._client.copy({"Bucket": self.bucket, "Key": self._name(key)}, self.bucket, self._name(to))
        except ClientError as error:
            raise _translated(error, key) from error

    def stat(self, key: str) -> ObjectInfo:
        try:
            head = self._client.head_object(**self._at(key))
        except ClientError as error:
            raise _translated(error, key) from error
        return ObjectInfo(key=key, size_bytes=head["ContentLength"], modified_at=head["LastModified"])

    def delete(self, key: str) -> None:
        self._client.delete_object(**self._at(key))

    def walk(self, prefix: str) -> Iterator[ObjectInfo]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._name(prefix))
        for page in pages:
            for item in page.get("Contents", []):
                key = item["Key"].removeprefix(self.prefix)
                yield ObjectInfo(key=key, size_bytes=item["Size"], modified_at=item["LastModified"])

    def link(self, key: str, *, expires_in: timedelta, filename: str, content_type: str, inline: bool = False) -> str:
        disposition = content_disposition_header(as_attachment=not inline, filename=filename)
        response = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        return self._presigned("get_object", {**self._at(key), **response}, expires_in)

    def begin_multipart(self, key: str, *, content_type: str) -> str:
        return self._client.create_multipart_upload(**self._at(key), ContentType=content_type)["UploadId"]

    def part_link(
        self, key: str, multipart_id: str, number: int, *, size_bytes: int, expires_in: timedelta
    ) -> PartLink:
        part = {"UploadId": multipart_id, "PartNumber": number, "ContentLength": size_bytes}
        return PartLink(url=self._presigned("upload_part", {**self._at(key), **part}, expires_in))

    def list_parts(self, key: str, multipart_id: str) -> list[Part]:
        pages = self._client.get_paginator("list_parts").paginate(**self._at(key), UploadId=multipart_id)
        try:
            return [
                Part(number=part["PartNumber"], etag=part["ETag"], size_bytes=part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            ]
        except ClientError as error:
            raise _translated(error, multipart_id) from error

    def complete_multipart(self, key: str, multipart_id: str, parts: list[Part]) -> None:
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        try:
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=multipart_id, MultipartUpload={"Parts": cast(Any, listed)}
            )
        except ClientError as error:
            raise _translated(error, multipart_id) from error

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        try:
            self._client.abort_multipart_upload(**self._at(key), UploadId=multipart_id)
        except ClientError as error:
            if not isinstance(_translated(error, key), MultipartNotFound):
                raise

    def list_multiparts(self, prefix: str) -> Iterator[OpenMultipart]:
        paginator = self._client.get_paginator("list_multipart_uploads")
        for page in paginator.paginate(Bucket=self.bucket, Prefix=self._name(prefix)):
            for item in page.get("Uploads", []):
                key = item["Key"].removeprefix(self.prefix)
                yield OpenMultipart(key=key, multipart_id=item["UploadId"], begun_at=item["Initiated"])

    def check(self) -> None:
        self._client.head_bucket(Bucket=self.bucket)

    @cached_property
    def _client(self) -> "S3Client":
        config = Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard"},
            # boto3's own choice signs links to the global host, which newer regions refuse (boto3 #421)
            s3={
                "addressing_style": "path" if self.endpoint_url else "virtual",  # as `storage_origin` has it
                "us_east_1_regional_endpoint": "regional",
            },
        )
        return boto3.client("s3", region_name=self.region, endpoint_url=self.endpoint_url or None, config=config)

    def _name(self, key: str) -> str:
        return f"{self.prefix}{key}"

    def _at(self, key: str) -> Any:
        return {"Bucket": self.bucket, "Key": self._name(key)}

    def _presigned(self, operation: str, params: dict[str, Any], expires_in: timedelta) -> str:
        return self._client.generate_presigned_url(operation, Params=params, ExpiresIn=int(expires_in.total_seconds()))


def _translated(error: ClientError, what: str) -> Exception:
    """Turn S3's codes (API reference, "Error responses") into the port's words; others stay as they are."""
    code = error.response.get("Error", {}).get("Code", "")
    if code in {"NoSuchKey", "404", "NotFound"}:
        return ObjectNotFound(what)
    if code == "NoSuchUpload":
        return MultipartNotFound(what)
    return error

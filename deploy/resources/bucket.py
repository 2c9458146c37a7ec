"""A bucket on S3."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

# Each property: the name of the calls that read and set it, and the key of its value in both.
ASPECTS = {
    "PublicAccess": ("public_access_block", "PublicAccessBlockConfiguration"),
    "Ownership": ("bucket_ownership_controls", "OwnershipControls"),
    "Encryption": ("bucket_encryption", "ServerSideEncryptionConfiguration"),
    "Versioning": ("bucket_versioning", "VersioningConfiguration"),
    "Lifecycle": ("bucket_lifecycle_configuration", "LifecycleConfiguration"),
    "Cors": ("bucket_cors", "CORSConfiguration"),
    "Policy": ("bucket_policy", "Policy"),
    "Tags": ("bucket_tagging", "Tagging"),
}
UNSET = {  # what S3 says where nothing was set (API reference, "Error responses")
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchLifecycleConfiguration",
    "NoSuchCORSConfiguration",
    "NoSuchBucketPolicy",
    "NoSuchTagSet",
}
GONE = {"404", "NoSuchBucket"}
AT_ONCE = 1000  # objects that one call deletes


@dataclass(frozen=True)
class Bucket(Resource):
    """A bucket that is private, encrypted, versioned, and reached by TLS alone."""

    kind: ClassVar[str] = "bucket"
    holds_data: ClassVar[bool] = True

    tags: Tags
    lifecycle: tuple[dict[str, Any], ...]
    origins: tuple[str, ...] = ()  # whose pages may read and write by signed links

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        names = [name] if name else _names(cloud)
        s3 = cloud.client("s3")
        for found_name in names:
            try:
                s3.head_bucket(Bucket=found_name)
            except ClientError as error:
                if code_of(error) in GONE:
                    continue
                raise
            properties = {aspect: _read(s3, found_name, aspect) for aspect in ASPECTS}
            yield Found(found_name, found_name, properties, {"arn": f"arn:aws:s3:::{found_name}"})

    def wanted(self, known: Known) -> Properties:
        shut = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        wanted: Properties = {
            "PublicAccess": dict.fromkeys(shut, True),
            "Ownership": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "Encryption": {"Rules": [by_default]},
            "Versioning": {"Status": "Enabled"},
            "Lifecycle": {"Rules": sorted(self.lifecycle, key=lambda rule: str(rule["ID"]))},
            "Policy": _tls_only(self.name),
            "Tags": self.tags,
        }
        return wanted | {"Cors": _cors(self.origins)} if self.origins else wanted

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        region = cloud.site.region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        cloud.client("s3").create_bucket(Bucket=self.name, **place)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        for aspect, value in changed.items():
            call, key = ASPECTS[aspect]
            if aspect == "Policy":
                value = json.dumps(value)
            elif aspect == "Tags":
                value = {"TagSet": as_list({**found.properties["Tags"], **value})}
            getattr(cloud.client("s3"), f"put_{call}")(Bucket=found.id, **{key: value})

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        s3 = cloud.client("s3")
        _empty(s3, found.id)
        try:
            s3.delete_bucket(Bucket=found.id)
        except ClientError as error:
            if code_of(error) not in GONE:
                raise


def _names(cloud: Cloud) -> list[str]:
    """List our buckets; the prefix and the end tell the environment, the account and the region."""
    pages = cloud.client("s3").get_paginator("list_buckets").paginate(Prefix=cloud.site.prefix)
    names = [found["Name"] for page in pages for found in page["Buckets"]]
    ending = f"-{cloud.site.account}-{cloud.site.region}"
    return [name for name in names if name.startswith(cloud.site.prefix) and name.endswith(ending)]


def _read(s3: Any, name: str, aspect: str) -> Any:
    call, key = ASPECTS[aspect]
    try:
        answer = getattr(s3, f"get_{call}")(Bucket=name)
    except ClientError as error:
        if code_of(error) in UNSET:
            return {}
        raise
    match aspect:
        case "Versioning":
            return {"Status": answer["Status"]} if "Status" in answer else {}
        case "Lifecycle":
            return {"Rules": sorted(answer["Rules"], key=lambda rule: str(rule["ID"]))}
        case "Cors":
            return {"CORSRules": answer["CORSRules"]}
        case "Policy":
            return json.loads(answer["Policy"])
        case "Tags":
            return as_dict(answer["TagSet"])
        case _:
            return answer[key]


def _tls_only(name: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{name}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyByTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _cors(origins: tuple[str, ...]) -> dict[str, Any]:
    rule = {
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedOrigins": list(origins),
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],  # by which the parts of an upload are put together
        "MaxAgeSeconds": 3600,
    }
    return {"CORSRules": [rule]}


def _empty(s3: Any, name: str) -> None:
    """Delete every version of every object, and what was begun."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name, PaginationConfig={"PageSize": AT_ONCE})
    for page in pages:
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if versions:
            keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
            s3.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=name):
        for each in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=name, Key=each["Key"], UploadId=each["UploadId"])

"""The policies that an operator needs: they allow what `deploy` calls, and on what is not ours as little as can be."""

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
FILES = sorted((DEPLOY / "operator").glob("*.json"))
MOST_CHARACTERS = 6144  # of a managed policy, without white space
PREFIXES = {"elbv2": "elasticloadbalancing", "docdb": "rds", "sesv2": "ses"}
OTHERWISE = {  # operations whose action has another name; from the Service Authorization Reference
    "s3:DeleteBucketCors": "s3:PutBucketCORS",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketCors": "s3:PutBucketCORS",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
ASKED_OF_NOBODY = {"sts:GetCallerIdentity"}  # needs no permission
LOOKS = re.compile(r":(Describe|Get|List)")


def statements() -> list[dict[str, Any]]:
    return [statement for path in FILES for statement in json.loads(path.read_text())["Statement"]]


@cache
def called() -> frozenset[str]:
    """Find the operations whose names stand in files that speak to their service."""
    session, found = botocore.session.get_session(), set()
    for path in set(DEPLOY.rglob("*.py")) - set((DEPLOY / "boot").rglob("*.py")):  # which machines run by their role
        text = path.read_text()
        words = set(re.findall(r"[a-z_0-9]+", text))
        for service in set(re.findall(r'client\("([a-z0-9-]+)"\)', text)):
            model = session.get_service_model(service)
            here = [name for name in model.operation_names if "_" in xform_name(name) and xform_name(name) in words]
            found |= {f"{PREFIXES.get(service, service)}:{name}" for name in here}
    return frozenset(OTHERWISE.get(action, action) for action in found - ASKED_OF_NOBODY)


def test_every_operation_that_is_called_is_allowed():
    allowed = [action for statement in statements() for action in statement["Action"]]
    missing = [action for action in called() if not any(fnmatchcase(action, pattern) for pattern in allowed)]

    assert len(called()) > 100
    assert sorted(missing) == []


def test_on_everything_one_may_only_look_unless_a_condition_narrows_it():
    for statement in statements():
        if statement["Resource"] == "*" and "Condition" not in statement:
            assert all(LOOKS.search(action) for action in statement["Action"]), statement["Sid"]


def test_no_action_is_a_whole_service():
    assert not [action for each in statements() for action in each["Action"] if action.endswith(":*")]


def test_resources_are_of_the_environment_or_narrowed_by_its_tag():
    for statement in statements():
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        for resource in resources:
            narrow = "ENVIRONMENT" in resource or "Condition" in statement or statement["Sid"] == "Look"
            public = resource.startswith("arn:aws:ssm:REGION::") or "secret:rds!" in resource
            own = "aws:userid" in resource or resource.endswith("identity/DOMAIN")
            assert narrow or public or own, (statement["Sid"], resource)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fits_into_a_managed_policy(path):
    assert len(json.dumps(json.loads(path.read_text()), separators=(",", ":"))) <= MOST_CHARACTERS

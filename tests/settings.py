"""The settings of the test suite: the embedded defaults, in a folder of their own, with nothing from a `.env`."""

import os
import socket

from tests.lasting_folders import make_folder


def _folder() -> str:
    if given := os.environ.get("TEST_VAR_DIR"):
        return given
    return str(make_folder("cloudapps-test-"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


os.environ.update(
    SECRET_KEY="only-for-tests-" + "x" * 40,
    LOCAL="true",
    QUEUE="memory",
    VAR_DIR=_folder(),
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_ENDPOINT_URL_SQS=f"http://127.0.0.1:{_free_port()}",  # where the fixture `local_sqs` serves
    S3_UPLOAD_PART_MIN_SIZE="1",  # of moto: parts of a few bytes will do
    LOG_LEVEL="WARNING",
    API_READS_PER_MINUTE="100000",
    API_WRITES_PER_MINUTE="100000",
)

from cloudapps.settings import *  # noqa: E402, F403 - after the environment is set
from cloudapps.settings import DATABASES, STATIC_ROOT, VAR_DIR  # noqa: E402

STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns when it is not there

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # a file, since threads cannot share a database in memory
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

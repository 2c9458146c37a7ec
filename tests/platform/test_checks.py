"""System checks: each wrong setting is named; a sound production has nothing to be named."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

BASE_DIR = Path(__file__).resolve().parents[2]


def found(*, deploy: bool = False) -> dict[str, str]:
    """Run all checks, and give the hints of ours by id."""
    messages = run_checks(include_deployment_checks=deploy)
    return {str(m.id): str(m.hint) for m in messages if str(m.id).startswith("cloudapps.")}


@pytest.mark.parametrize(
    ("name", "value", "check_id"),
    [
        ("STORAGE_URL", "ftp://somewhere/x", "cloudapps.E001"),
        ("STORAGE_URL", "file://relative", "cloudapps.E001"),
        ("STORAGE_URL", "s3://", "cloudapps.E001"),
        ("QUEUE", "rabbit", "cloudapps.E002"),
        ("METRICS_ALLOWED", ["10.0.0.0/8", "10.0.0.1/8"], "cloudapps.E004"),
        ("METRICS_ALLOWED", ["everybody"], "cloudapps.E004"),
    ],
)
def test_names_a_wrong_setting_with_a_hint(settings: Any, name: str, value: Any, check_id: str) -> None:
    setattr(settings, name, value)

    assert list(found()) == [check_id]
    assert len(found()[check_id]) > 10


def test_names_parts_that_s3_would_refuse(settings: Any) -> None:
    settings.UPLOAD_PART_BYTES = 5 * 2**20 - 1
    assert found() == {}

    settings.STORAGE_URL = "s3://bucket/prefix"

    assert list(found()) == ["cloudapps.E003"]


def test_names_jobs_that_may_run_longer_than_their_message_is_away(settings: Any) -> None:
    settings.VISIBILITY_TIMEOUT_SECONDS = settings.IMAGE_TIME_LIMIT_SECONDS + 10

    assert list(found()) == ["cloudapps.E005"]


def test_names_the_local_default_before_a_deployment(settings: Any) -> None:
    assert found() == {}
    assert list(found(deploy=True)) == ["cloudapps.W001"]

    settings.LOCAL = False
    assert found(deploy=True) == {}


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run manage.py in a process that knows nothing of this suite."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=BASE_DIR, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def test_have_nothing_to_say_of_a_sound_production(tmp_path: Path) -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        LOCAL="false",
        DEBUG="false",
        SECRET_KEY="".join(chr(97 + n % 26) for n in range(30)) + "0123456789-ABCDEFGHIJKLMNOPQRSTUV",
        ALLOWED_HOSTS="cloudapps.example.org",
        SITE_URL="https://cloudapps.example.org",
        DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3",
        STORAGE_URL="s3://bucket/prefix",
        STORAGE_ORIGIN="https://bucket.s3.eu-central-1.amazonaws.com",
        EMAIL_URL="smtp+tls://user:password@mail.example.org:587",
        VAR_DIR=str(tmp_path),
        PROXY_COUNT="1",
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_nothing_runs_without_a_secret_key(tmp_path: Path) -> None:
    done = manage("check", LOCAL="false", SECRET_KEY="", VAR_DIR=str(tmp_path))

    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr

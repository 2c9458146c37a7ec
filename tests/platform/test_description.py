"""The description of the API and the API agree, whatever is sent: schemathesis makes it up from the description."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cloudapps.api import api
from cloudapps.models import User
from clouddrive import selectors, services
from mapreduce import selectors as selectors_of_mapreduce
from mapreduce import services as mapreduce
from mapreduce.core.options import Options
from tests.clouddrive.factories import make_file, make_folder
from tests.factories import NOW, make_job, make_picture, make_token, make_upload
from tests.mapreduce.submitting import own_program, submitted
from tests.socialanalytics.factories import make_tracker, take, x_line

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance, content_type_conformance]
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
SCHEMA.app = get_wsgi_application()


@pytest.fixture
def known(alice: User) -> dict[str, list[str]]:
    """Ids of things that are there, by the names of the parameters that take them."""
    make_file(alice, "a.txt", b"first")
    file, folder, trashed = make_file(alice, "a.txt", b"second"), make_folder(alice), make_file(alice, "gone.txt")
    services.item_trash(actor=alice, item_id=trashed.pk, now=NOW)
    link = services.link_create(owner=alice, item_id=folder.pk, now=NOW)
    upload, picture, job = make_upload(alice), make_picture(alice), make_job(alice)
    counting = submitted(alice)
    program = own_program(alice)
    schedule = mapreduce.schedule_create(owner=alice, job_id=counting.pk, cron="0 6 * * *", now=NOW)
    sample = selectors_of_mapreduce.library_get("word-count")
    trial = mapreduce.trial_create(owner=alice, program=sample, options=Options(), inputs=[], files=[], now=NOW)
    tracker = make_tracker(alice)
    take([x_line(1, "I love coffee #morning"), x_line(2, "horrible coffee")])
    items = [str(item.pk) for item in (file, folder, trashed)]
    return {
        "item_id": items,
        "parent_id": [str(folder.pk)],
        "upload_id": [str(upload.pk), str(picture.upload_id)],
        "version_id": [str(file.versions.get().pk)],
        "link_id": [str(link.pk)],
        "secret": [selectors.secret_of(link)],
        "picture_id": [str(picture.pk)],
        "job_id": [str(job.pk), str(counting.pk)],
        "program_id": [str(program.pk)],
        "schedule_id": [str(schedule.pk)],
        "trial_id": [str(trial.pk)],
        "batch_id": [str(job.batch_id)],
        "tracker_id": [str(tracker.pk)],
    }


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's database connection open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_call_answers_as_described(operation: Any, known: dict[str, list[str]], alice: User) -> None:
    headers = {"Authorization": f"Bearer {make_token(alice)}"}

    @settings(max_examples=15)
    @given(case=operation.as_strategy(), is_known=st.booleans(), choice=st.integers(0, 2))
    def call(case: Any, is_known: bool, choice: int) -> None:
        for place in (case.path_parameters, case.body):
            if is_known and isinstance(place, dict):
                place.update({name: known[name][choice % len(known[name])] for name in place.keys() & known.keys()})
        case.call_and_validate(checks=CHECKS, headers=headers)

    call()

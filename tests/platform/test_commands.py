"""manage.py: create_token and doctor."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cloudapps.models import ApiToken, User
from cloudapps.queue import queue
from cloudapps.tokens import token_owner
from tests.factories import NOW


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class TestCreateToken:
    def test_prints_a_token_alone_on_a_line(self, alice: User) -> None:
        printed = run("create_token", "alice")

        assert printed.endswith("\n")
        assert printed.count("\n") == 1
        assert token_owner(printed.strip(), now=NOW) == alice

    def test_names_the_token(self, alice: User) -> None:
        run("create_token", "alice", "--name", "nightly")

        assert ApiToken.objects.get().name == "nightly"

    def test_refuses_a_user_that_is_not_there(self, db: None) -> None:
        with pytest.raises(CommandError, match="--create"):
            run("create_token", "dora")

    def test_makes_the_user_first_when_asked_to(self, db: None) -> None:
        printed = run("create_token", "dora", "--create")

        dora = User.objects.get(username="dora")
        assert token_owner(printed.strip(), now=NOW) == dora
        assert not dora.has_usable_password()

    def test_makes_no_second_user(self, alice: User) -> None:
        run("create_token", "alice", "--create")

        assert User.objects.count() == 1
        assert User.objects.get().has_usable_password()


@pytest.mark.django_db(transaction=True)
class TestDoctor:
    def test_finds_all_well(self) -> None:
        printed = run("doctor")

        for name in ("database", "storage", "queue", "mysql"):
            assert any(line.startswith("ok") and name in line for line in printed.splitlines()), printed

    def test_says_what_is_wrong_and_how_to_mend_it(self, settings: Any) -> None:
        settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
        queue.cache_clear()
        out = StringIO()

        with pytest.raises(SystemExit) as end:
            call_command("doctor", stdout=out)

        assert end.value.code == 1
        assert "FAIL queue" in out.getvalue()
        assert "AWS_ENDPOINT_URL_SQS" in out.getvalue()

"""API tokens."""

from datetime import timedelta

from cloudapps import tokens
from cloudapps.models import ApiToken, User
from tests.clients import ApiClient, assert_problem
from tests.factories import NOW, make_token


class TestCreate:
    def test_gives_the_plain_text_once_and_keeps_a_hash(self, alice: User) -> None:
        row, plain = tokens.token_create(owner=alice, name="backup", now=NOW)

        assert plain.startswith("cla_")
        assert len(plain) >= 36
        kept = ApiToken.objects.values().get(pk=row.pk)
        assert plain not in str(kept.values())
        assert plain.startswith(kept["prefix"])
        assert len(kept["digest"]) == 64

    def test_never_gives_the_same_twice(self, alice: User) -> None:
        assert len({make_token(alice) for _ in range(20)}) == 20


class TestOwner:
    def test_is_whom_it_was_made_for(self, alice: User, charlie: User) -> None:
        assert tokens.token_owner(make_token(alice), now=NOW) == alice
        assert tokens.token_owner(make_token(charlie), now=NOW) == charlie

    def test_is_nobody_for_what_is_wrong(self, alice: User) -> None:
        plain = make_token(alice)

        for wrong in ("", "cla_", plain[:-1], plain + "x", plain.upper(), " " + plain):
            assert tokens.token_owner(wrong, now=NOW) is None

    def test_is_nobody_once_the_token_or_the_account_is_gone(self, alice: User) -> None:
        plain = make_token(alice)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert tokens.token_owner(plain, now=NOW) is None

        User.objects.filter(pk=alice.pk).update(is_active=True)
        ApiToken.objects.all().delete()
        assert tokens.token_owner(plain, now=NOW) is None

    def test_notes_the_use_to_the_minute(self, alice: User) -> None:
        plain = make_token(alice)

        seen = []
        for moment in (NOW, NOW + timedelta(seconds=30), NOW + timedelta(seconds=61)):
            tokens.token_owner(plain, now=moment)
            seen.append(ApiToken.objects.get().last_used_at)

        assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_a_deleted_token_is_worthless_at_once(alice: User) -> None:
    api = ApiClient(alice)
    assert api.get("/images/jobs").status_code == 200

    ApiToken.objects.all().delete()

    assert_problem(api.get("/images/jobs"), 401)

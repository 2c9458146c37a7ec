"""Prepared statements give what the ORM gives, on every connection and in every thread."""

import pytest
from django.db import connection
from django.db.models import F

from cloudapps.models import ApiToken, PendingDeletion, User
from cloudapps.prepared import Change, Select, insert, slot
from cloudapps.tokens import token_create
from tests.factories import NOW, make_user
from tests.threads import at_once

OF_OWNER = Select(
    lambda: (
        ApiToken.objects.select_related("owner")
        .filter(owner=slot("owner", ApiToken._meta.get_field("owner")))
        .annotate(called=F("name"))
        .order_by("name")
    )
)
RENAME = Change(
    lambda: ApiToken.objects.filter(pk=slot("id", ApiToken._meta.pk)).order_by(),
    name=slot("name", ApiToken._meta.get_field("name")),
)
FORGET = Change(lambda: ApiToken.objects.filter(name=slot("name", ApiToken._meta.get_field("name"))).order_by())


@pytest.fixture
def two(alice: User, bob: User) -> list[ApiToken]:
    token_create(owner=bob, name="another's", now=NOW)
    return [token_create(owner=alice, name=name, now=NOW)[0] for name in ("a", "b")]


class TestSelect:
    def test_gives_the_same_models(self, alice: User, two: list[ApiToken]):
        found = OF_OWNER.all(owner=alice.pk)

        assert found == two
        for row, twin in zip(found, ApiToken.objects.filter(owner=alice).order_by("name"), strict=True):
            for field in ApiToken._meta.concrete_fields:
                assert getattr(row, field.attname) == getattr(twin, field.attname)

    def test_brings_related_rows_and_annotations(self, alice: User, two: list[ApiToken], django_assert_num_queries):
        with django_assert_num_queries(1):
            (first, _) = OF_OWNER.all(owner=alice.pk)
            assert (first.owner, first.called) == (alice, "a")

    def test_gives_none_where_there_is_nothing(self, charlie: User):
        assert OF_OWNER.first(owner=charlie.pk) is None

    def test_can_be_saved_again(self, alice: User, two: list[ApiToken]):
        row = OF_OWNER.first(owner=alice.pk)
        assert row is not None
        row.name = "changed"
        row.save()

        assert ApiToken.objects.get(pk=row.pk).name == "changed"

    def test_wants_every_value(self, db: None):
        with pytest.raises(KeyError):
            OF_OWNER.all()


class TestChange:
    def test_updates_and_says_how_many(self, two: list[ApiToken]):
        assert RENAME.run(id=two[0].pk, name="x") == 1
        assert RENAME.run(id=10**9, name="x") == 0
        assert set(ApiToken.objects.values_list("name", flat=True)) == {"x", "b", "another's"}

    def test_deletes_and_says_how_many(self, two: list[ApiToken]):
        assert FORGET.run(name="a") == 1
        assert set(ApiToken.objects.values_list("name", flat=True)) == {"b", "another's"}

    def test_takes_values_for_values(self, two: list[ApiToken]):
        assert FORGET.run(name="' OR ''='") == 0
        assert ApiToken.objects.count() == 3


class TestInsert:
    def test_writes_all_of_one_model(self, db: None):
        insert(PendingDeletion(key=key, due_at=NOW) for key in ("a", "b"))

        assert set(PendingDeletion.objects.values_list("key", "due_at")) == {("a", NOW), ("b", NOW)}

    def test_of_nothing_does_nothing(self, db: None):
        insert([])


@pytest.mark.django_db(transaction=True)
def test_each_thread_and_each_connection_has_its_own():
    alice = make_user("alice")
    token_create(owner=alice, name="a", now=NOW)

    def names() -> list[str]:
        first = [row.name for row in OF_OWNER.all(owner=alice.pk)]
        connection.close()
        return first + [row.name for row in OF_OWNER.all(owner=alice.pk)]

    assert at_once(*[names] * 4) == [["a", "a"]] * 4

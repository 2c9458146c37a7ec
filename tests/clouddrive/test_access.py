import pytest

from cloudapps.models import User
from cloudapps.quota import quota_of
from clouddrive import selectors, services
from clouddrive.models import Grant, Item
from clouddrive.selectors import ItemNotFound, NotAllowed, Right, item_seen
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in, root
from tests.factories import NOW, make_upload


def grant(owner: User, item: Item, user: User, role: Grant.Role = Grant.Role.VIEW) -> Grant:
    return services.grant_set(owner=owner, item_id=item.pk, name=user.username, role=role, now=NOW)


class TestStranger:
    def test_finds_nothing(self, alice: User, charlie: User):
        for item in (root(alice), make_folder(alice), make_file(alice)):
            with pytest.raises(ItemNotFound):
                item_seen(user=charlie, item_id=item.pk)


class TestGranted:
    def test_reaches_down_and_never_up(self, alice: User, bob: User):
        above = make_folder(alice, "above")
        shared = make_folder(alice, "shared", parent=above)
        file = make_file(alice, parent=shared)
        grant(alice, shared, bob)

        seen = item_seen(user=bob, item_id=file.pk)

        assert seen.right == Right.VIEW
        assert [folder.name for folder in seen.path] == ["shared"]
        with pytest.raises(ItemNotFound):
            item_seen(user=bob, item_id=above.pk)

    def test_is_asked_in_two_statements(self, alice: User, bob: User, django_assert_num_queries):
        shared = make_folder(alice)
        grant(alice, shared, bob)
        file = make_file(alice, parent=shared)

        with django_assert_num_queries(2):
            item_seen(user=bob, item_id=file.pk)
        with django_assert_num_queries(1):
            item_seen(user=alice, item_id=file.pk)

    def test_to_view_is_not_to_edit(self, alice: User, bob: User):
        shared = make_folder(alice)
        file = make_file(alice, parent=shared)
        grant(alice, shared, bob)

        for change in (
            lambda: services.item_move(actor=bob, item_id=file.pk, name="mine", now=NOW),
            lambda: services.item_trash(actor=bob, item_id=file.pk, now=NOW),
            lambda: services.folder_create(actor=bob, parent_id=shared.pk, name="mine", now=NOW),
            lambda: services.link_create(owner=bob, item_id=file.pk, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                change()

    def test_to_edit_puts_bytes_on_the_owners_account(self, alice: User, bob: User):
        shared = make_folder(alice)
        grant(alice, shared, bob, Grant.Role.EDIT)
        upload = make_upload(bob, b"from bob", filename="b.txt")

        made = {"actor": bob, "upload_id": upload.pk, "parent_id": shared.pk, "now": NOW}
        first, again = services.file_create(**made), services.file_create(**made)

        assert first.item == again.item
        assert first.item.owner == alice
        assert (quota_of(alice).used_bytes, quota_of(bob).used_bytes) == (8, 0)

    def test_the_shared_folder_itself_stays_where_it_is(self, alice: User, bob: User):
        shared = make_folder(alice)
        grant(alice, shared, bob, Grant.Role.EDIT)

        for change in (
            lambda: services.item_trash(actor=bob, item_id=shared.pk, now=NOW),
            lambda: services.item_move(actor=bob, item_id=shared.pk, name="mine", now=NOW),
        ):
            with pytest.raises(NotAllowed):
                change()

    def test_nothing_moves_from_one_owner_to_another(self, alice: User, bob: User):
        shared = make_folder(alice)
        file = make_file(alice, parent=shared)
        grant(alice, shared, bob, Grant.Role.EDIT)

        with pytest.raises(NotAllowed, match="Copy"):
            services.item_move(actor=bob, item_id=file.pk, parent_id=root(bob).pk, now=NOW)

    def test_a_copy_is_the_others_own(self, alice: User, bob: User):
        shared = make_folder(alice)
        make_file(alice, body=b"hello", parent=shared)
        grant(alice, shared, bob)

        copied = services.item_copy(actor=bob, item_id=shared.pk, parent_id=root(bob).pk, now=NOW)
        services.item_trash(actor=alice, item_id=shared.pk, now=NOW)
        services.item_purge(owner=alice, item_id=shared.pk, now=NOW)

        (file,) = selectors.folder_page(folder=copied).items
        assert (file.owner, bytes_of(file)) == (bob, b"hello")
        assert (quota_of(alice).used_bytes, quota_of(bob).used_bytes) == (0, 5)

    def test_ends_at_once(self, alice: User, bob: User):
        file = make_file(alice)
        given = grant(alice, file, bob)

        services.grant_delete(actor=alice, grant_id=given.pk, now=NOW)

        with pytest.raises(ItemNotFound):
            item_seen(user=bob, item_id=file.pk)

    def test_can_be_given_back_and_not_taken_by_strangers(self, alice: User, bob: User, charlie: User):
        given = grant(alice, make_file(alice), bob)

        with pytest.raises(ItemNotFound):
            services.grant_delete(actor=charlie, grant_id=given.pk, now=NOW)
        services.grant_delete(actor=bob, grant_id=given.pk, now=NOW)

        assert not Grant.objects.exists()

    def test_is_void_while_the_folder_is_in_the_trash(self, alice: User, bob: User):
        shared = make_folder(alice)
        grant(alice, shared, bob)
        services.item_trash(actor=alice, item_id=shared.pk, now=NOW)

        assert selectors.shared_with(user=bob) == []
        services.item_restore(owner=alice, item_id=shared.pk, now=NOW)

        assert [seen.item for seen in selectors.shared_with(user=bob)] == [shared]

    @pytest.mark.parametrize("name", ["nobody", "alice", "bob@example.org"])
    def test_wants_the_name_of_another_user(self, alice: User, bob: User, name: str):
        with pytest.raises(services.UserUnknown):
            services.grant_set(owner=alice, item_id=make_file(alice).pk, name=name, role=Grant.Role.VIEW, now=NOW)


def test_listing_of_a_shared_folder(alice: User, bob: User):
    shared = make_folder(alice)
    make_file(alice, parent=shared)
    grant(alice, shared, bob)

    assert names_in(services.folder_seen(user=bob, item_id=shared.pk, right=Right.VIEW).item) == ["notes.txt"]

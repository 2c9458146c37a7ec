"""The admin's pages, for staff alone."""

import pytest
from django.contrib import admin
from django.test import Client

from cloudapps.models import ApiToken, User
from tests.clients import browser_of
from tests.factories import make_job, make_token, make_user

PAGES = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


@pytest.fixture
def staff(alice: User) -> Client:
    make_token(alice)
    make_job(alice)
    return browser_of(make_user("root", is_staff=True, is_superuser=True))


class TestAdmin:
    @pytest.mark.parametrize("address", ["/admin/", *PAGES])
    def test_shows_each_list_to_staff(self, staff: Client, address: str) -> None:
        assert staff.get(address).status_code == 200

    @pytest.mark.parametrize("address", ["/admin/", *PAGES])
    def test_shows_nothing_to_others(self, alices_browser: Client, nobodys_browser: Client, address: str) -> None:
        for browser in (alices_browser, nobodys_browser):
            assert browser.get(address)["Location"].startswith("/admin/login/")

    def test_never_shows_the_hash_of_a_token(self, staff: Client) -> None:
        token = ApiToken.objects.get()

        page = staff.get(f"/admin/cloudapps/apitoken/{token.pk}/change/").content.decode()

        assert token.prefix in page
        assert token.digest not in page

"""The admin's pages, for staff alone."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.test import Client

from cloudapps.models import ApiToken, User
from cloudapps.quota import quota_of
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

    def test_never_shows_what_an_authenticator_holds(self, staff: Client, alice: User) -> None:
        factor = TOTP.activate(alice, "JBSWY3DPEHPK3PXP").instance

        page = staff.get(f"/admin/mfa/authenticator/{factor.pk}/change/").content.decode()

        assert "totp" in page.lower()
        assert "JBSWY3DPEHPK3PXP" not in page

    def test_lets_staff_take_a_lost_factor_away(self, staff: Client, alice: User) -> None:
        factor = TOTP.activate(alice, "JBSWY3DPEHPK3PXP").instance

        staff.post(f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes"})

        assert not alice.authenticator_set.exists()

    def test_gives_a_person_another_limit(self, staff: Client, alice: User) -> None:
        form = staff.get(f"/admin/cloudapps/user/{alice.pk}/change/").context["adminform"].form
        data = {name: value for name, value in form.initial.items() if isinstance(value, str | bool) and value}
        data |= {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00", "quota-0-own_limit_bytes": "12345"}
        data |= {"quota-TOTAL_FORMS": "1", "quota-INITIAL_FORMS": "1", "quota-0-owner": str(alice.pk)}
        data |= {"quota-0-used_bytes": "0"}

        answer = staff.post(f"/admin/cloudapps/user/{alice.pk}/change/", data)

        assert answer.status_code == 302
        quota = quota_of(alice)
        assert quota.limit_bytes == 12345
        assert quota.used_bytes > 0, "what is used is not for staff to say"
        assert "12.1\xa0KB" in staff.get("/admin/cloudapps/user/").content.decode()

    def test_deletes_nobody(self, staff: Client, alice: User) -> None:
        assert staff.post(f"/admin/cloudapps/user/{alice.pk}/delete/", {"post": "yes"}).status_code == 403

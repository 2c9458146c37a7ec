"""The platform's pages: home, accounts, profile, outbox and errors, for nobody, for the owner and for a stranger."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from cloudapps import urls
from cloudapps.models import ApiToken, User
from cloudapps.problems import Invalid, NotFound, TooMany
from cloudapps.tokens import token_owner
from tests.clients import assert_problem, browser_of
from tests.factories import NOW, PASSWORD, make_token

LOGIN = "/accounts/login/"


def text(response: HttpResponse) -> str:
    return response.content.decode()


class TestHome:
    def test_shows_the_four_apps_to_nobody(self, nobodys_browser: Client) -> None:
        page = nobodys_browser.get("/")

        assert page.status_code == 200
        for words in ("Image Processing", "Social Media Analytics", "/accounts/register/", LOGIN):
            assert words in text(page)

    def test_leads_alice_to_her_app(self, alices_browser: Client) -> None:
        page = alices_browser.get("/")

        assert 'href="/images/"' in text(page)
        assert "alice" in text(page)

    def test_is_not_changed_by_a_post(self, nobodys_browser: Client) -> None:
        assert nobodys_browser.post("/").status_code == 405


class TestProfile:
    def test_sends_nobody_to_the_login(self, nobodys_browser: Client) -> None:
        answer = nobodys_browser.get("/accounts/profile/")

        assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next=/accounts/profile/")

    def test_makes_a_token_and_shows_it_once(self, alice: User, alices_browser: Client) -> None:
        made = alices_browser.post("/accounts/profile/tokens/", {"name": "backup script"})

        assert made.status_code == 201
        plain = re.findall(r"cla_[\w-]{32}", text(made))[0]
        assert token_owner(plain, now=NOW) == alice
        assert "no-store" in made["Cache-Control"]
        later = text(alices_browser.get("/accounts/profile/"))
        assert plain not in later
        assert "backup script" in later

    @pytest.mark.parametrize("name", ["", "x" * 101])
    def test_refuses_a_token_without_a_proper_name(self, alices_browser: Client, name: str) -> None:
        assert alices_browser.post("/accounts/profile/tokens/", {"name": name}).status_code == 422
        assert not ApiToken.objects.exists()

    def test_shows_only_ones_own_tokens(self, alice: User, charlies_browser: Client) -> None:
        alices = ApiToken.objects.get(prefix=make_token(alice)[:9])

        assert alices.prefix not in text(charlies_browser.get("/accounts/profile/"))

    def test_deletes_a_token(self, alice: User, alices_browser: Client) -> None:
        make_token(alice)

        answer = alices_browser.post(f"/accounts/profile/tokens/{ApiToken.objects.get().pk}/delete/")

        assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
        assert not ApiToken.objects.exists()

    def test_keeps_a_strangers_hands_off_a_token(
        self, alice: User, charlies_browser: Client, nobodys_browser: Client, alices_browser: Client
    ) -> None:
        make_token(alice)
        address = f"/accounts/profile/tokens/{ApiToken.objects.get().pk}/delete/"

        assert charlies_browser.post(address).status_code == 404
        assert nobodys_browser.post(address)["Location"].startswith(LOGIN)
        assert alices_browser.get(address).status_code == 405
        assert ApiToken.objects.count() == 1


class TestAccounts:
    @pytest.mark.parametrize(
        "change",
        [{"username": ""}, {"username": "alice"}, {"email": "x"}, {"password2": "else"}]
        + [{"password1": weak, "password2": weak} for weak in ("short", "password", "1234567890", "dora-dora")],
    )
    def test_refuses_what_is_wrong_with_a_registration(
        self, alice: User, nobodys_browser: Client, change: dict[str, str]
    ) -> None:
        form = {"username": "dora-dora", "email": "d@example.org", "password1": PASSWORD, "password2": PASSWORD}

        answer = nobodys_browser.post("/accounts/register/", {**form, **change})

        assert answer.status_code in {200, 422}
        assert User.objects.count() == 1

    @pytest.mark.parametrize("login", ["alice", "alice@example.org"])
    def test_signs_in_by_name_or_address(self, alice: User, nobodys_browser: Client, login: str) -> None:
        answer = nobodys_browser.post(LOGIN, {"login": login, "password": PASSWORD})

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert nobodys_browser.get("/accounts/profile/").status_code == 200

    def test_does_not_sign_in_with_a_wrong_password(self, alice: User, nobodys_browser: Client) -> None:
        nobodys_browser.post(LOGIN, {"login": "alice", "password": "wrong"})

        assert nobodys_browser.get("/accounts/profile/").status_code == 302

    def test_takes_no_endless_guessing(self, alice: User, nobodys_browser: Client) -> None:
        for _ in range(15):
            nobodys_browser.post(LOGIN, {"login": "alice", "password": "wrong"})

        nobodys_browser.post(LOGIN, {"login": "alice", "password": PASSWORD})

        assert nobodys_browser.get("/accounts/profile/").status_code == 302

    def test_signs_out(self, alices_browser: Client) -> None:
        answer = alices_browser.post("/accounts/logout/")

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert alices_browser.get("/accounts/profile/").status_code == 302

    def test_leads_on_after_the_login(self, alice: User, nobodys_browser: Client) -> None:
        form = {"login": "alice", "password": PASSWORD, "next": "/images/new/"}

        assert nobodys_browser.post(LOGIN, form)["Location"] == "/images/new/"

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"]
    )
    def test_leads_nowhere_else_after_the_login(self, alice: User, nobodys_browser: Client, elsewhere: str) -> None:
        form = {"login": "alice", "password": PASSWORD, "next": elsewhere}

        assert nobodys_browser.post(LOGIN, form)["Location"] == "/"

    def test_changes_the_password(self, alice: User, alices_browser: Client) -> None:
        form = {"oldpassword": PASSWORD, "password1": "another battery staple", "password2": "another battery staple"}

        assert alices_browser.post("/accounts/password/", form).status_code == 302

        alice.refresh_from_db()
        assert alice.check_password("another battery staple")

    def test_asks_nobody_for_a_new_password(self, nobodys_browser: Client) -> None:
        assert nobodys_browser.get("/accounts/password/")["Location"].startswith(LOGIN)


class TestMail:
    @pytest.fixture(autouse=True)
    def outbox(self, settings: Any) -> Path:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = str(settings.MAIL_OUTBOX)
        return Path(settings.MAIL_OUTBOX)

    def test_is_empty_at_first(self, nobodys_browser: Client) -> None:
        assert "No mail yet" in text(nobodys_browser.get("/dev/mail/"))

    def test_brings_a_new_password(self, alice: User, nobodys_browser: Client) -> None:
        answer = nobodys_browser.post("/accounts/password/reset/", {"email": alice.email})
        assert answer.status_code == 302

        listed = re.findall(r'href="(/dev/mail/[^"]+/)"', text(nobodys_browser.get("/dev/mail/")))
        letter = text(nobodys_browser.get(listed[0]))
        link = re.findall(r'href="http://[^/]+(/accounts/password/reset/key/[^"]+)"', letter)[0]
        form_page = nobodys_browser.get(link, follow=True)
        address = form_page.redirect_chain[-1][0]
        new = {"password1": "another battery staple", "password2": "another battery staple"}
        nobodys_browser.post(address, new)

        alice.refresh_from_db()
        assert alice.check_password("another battery staple")
        assert nobodys_browser.post(LOGIN, {"login": "alice", "password": PASSWORD}).status_code == 200

    def test_does_not_tell_who_has_an_account(self, alice: User, nobodys_browser: Client) -> None:
        answers = [
            nobodys_browser.post("/accounts/password/reset/", {"email": email})
            for email in (alice.email, "nobody@example.org")
        ]

        assert answers[0]["Location"] == answers[1]["Location"]

    def test_says_that_there_is_no_such_mail(self, nobodys_browser: Client) -> None:
        assert nobodys_browser.get("/dev/mail/20260101-1-0/").status_code == 404
        assert nobodys_browser.get("/dev/mail/..%2F..%2Fetc-0/").status_code == 404


def _raise(error: type[Exception]) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error("these words")

    return view


class BrokenUrls:
    """The site's addresses, and some that raise."""

    urlpatterns = [
        path("broken/", _raise(RuntimeError)),
        path("api/broken/", _raise(RuntimeError)),
        path("missing/", _raise(NotFound)),
        path("invalid/", _raise(Invalid)),
        path("too-many/", _raise(TooMany)),
        path("", include(urls.urlpatterns)),
    ]
    handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


class TestErrors:
    @pytest.fixture
    def broken(self, alice: User) -> Iterator[Client]:
        with override_settings(ROOT_URLCONF=BrokenUrls):
            yield browser_of(alice, raise_request_exception=False)

    def test_have_a_page_for_what_is_not_there(self, nobodys_browser: Client) -> None:
        page = nobodys_browser.get("/no/such/page/")

        assert page.status_code == 404
        assert "text/html" in page["Content-Type"]
        assert 'href="/"' in text(page)

    def test_have_a_page_for_our_own_faults(self, broken: Client) -> None:
        page = broken.get("/broken/")

        assert page.status_code == 500
        assert "text/html" in page["Content-Type"]
        assert "these words" not in text(page)
        assert_problem(broken.get("/api/broken/"), 500)

    @pytest.mark.parametrize(("address", "status"), [("missing", 404), ("invalid", 422), ("too-many", 429)])
    def test_have_a_page_for_what_a_service_refuses(self, broken: Client, address: str, status: int) -> None:
        page = broken.get(f"/{address}/")

        assert page.status_code == status
        assert "<h1" in text(page)

    def test_have_a_page_for_a_form_that_is_out_of_date(self, alice: User) -> None:
        page = browser_of(alice, enforce_csrf_checks=True).post("/accounts/profile/", {"name": "x"})

        assert page.status_code == 403
        assert "out of date" in text(page)
        assert not ApiToken.objects.exists()

    def test_have_a_page_for_a_host_that_is_not_ours(self, nobodys_browser: Client) -> None:
        page = nobodys_browser.get("/", headers={"Host": "evil.example"})

        assert page.status_code == 400
        assert "evil.example" not in text(page)


PAGES = ["/", LOGIN, "/accounts/register/", "/accounts/password/reset/", "/accounts/profile/", "/accounts/password/"]
PAGES += [
    "/accounts/email/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/reauthenticate/",
]
PAGES += ["/accounts/logout/", "/dev/mail/", "/images/", "/images/new/", "/api/v1/docs", "/admin/login/", "/no/such/"]


class TestSecurity:
    @pytest.mark.parametrize("address", PAGES)
    def test_covers_every_page(self, alices_browser: Client, address: str) -> None:
        answer = alices_browser.get(address)

        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part)
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"

    @pytest.mark.parametrize("address", [page for page in PAGES if not page.startswith(("/admin", "/api"))])
    def test_leaves_nothing_inline_that_the_policy_would_stop(self, alices_browser: Client, address: str) -> None:
        page = text(alices_browser.get(address))

        assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", page)
        for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert not script.strip() or 'type="application/json"' in attributes
        assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?:https?:)?//", page)

    def test_keeps_cookies_from_scripts_and_other_sites(self, alice: User, nobodys_browser: Client) -> None:
        nobodys_browser.post(LOGIN, {"login": "alice", "password": PASSWORD})

        session = nobodys_browser.cookies["sessionid"]
        assert session["httponly"]
        assert session["samesite"] == "Lax"

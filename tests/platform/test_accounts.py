"""Registering, signing in, second factors, sessions: what allauth does, as we set it up."""

import base64
import json
import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cloudapps.accounts.selectors import security_of
from cloudapps.models import User
from cloudapps.templatetags.accounts import device
from tests.clients import browser_of
from tests.factories import PASSWORD, make_user

LOGIN, REGISTER, CONFIRM = "/accounts/login/", "/accounts/register/", "/accounts/confirm-email/"
SECRET = "JBSWY3DPEHPK3PXP"
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    """Let no test count against the limits of another."""
    cache.clear()


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def register(browser: Client, name: str, email: str = "", **change: str) -> HttpResponse:
    email = email or f"{name}@example.org"
    form = {"username": name, "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return browser.post(REGISTER, {**form, **change})


def sign_in(browser: Client, login: str = "alice", password: str = PASSWORD, **more: str) -> HttpResponse:
    return browser.post(LOGIN, {"login": login, "password": password, **more})


def is_signed_in(browser: Client) -> bool:
    return browser.get("/accounts/profile/").status_code == 200


def code_in(letter: Any) -> str:
    return CODE.findall(letter.body)[0]


def totp_code() -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def without_tokens(page: str) -> str:
    """Take out what differs with every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


class TestRegistration:
    def test_asks_for_the_code_in_the_mail_and_then_signs_in(self, nobodys_browser: Client, mailoutbox: Any) -> None:
        answer = register(nobodys_browser, "dora")

        assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
        page = text(nobodys_browser.get(CONFIRM))
        assert "dora@example.org" in page
        assert "/dev/mail/" in page
        assert not is_signed_in(nobodys_browser)
        answer = nobodys_browser.post(CONFIRM, {"code": code_in(mailoutbox[0])})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert is_signed_in(nobodys_browser)
        assert EmailAddress.objects.get(user__username="dora").verified

    def test_takes_no_other_code_and_not_many(self, nobodys_browser: Client, mailoutbox: Any) -> None:
        register(nobodys_browser, "dora")

        assert "not right" in text(nobodys_browser.post(CONFIRM, {"code": "AAAA-AAAA"}))
        for _ in range(2):
            nobodys_browser.post(CONFIRM, {"code": "AAAA-AAAA"})
        nobodys_browser.post(CONFIRM, {"code": code_in(mailoutbox[0])})

        assert not is_signed_in(nobodys_browser)
        assert not EmailAddress.objects.get(user__username="dora").verified

    def test_takes_no_code_in_another_browser(self, nobodys_browser: Client, mailoutbox: Any) -> None:
        register(nobodys_browser, "dora")

        other = Client()
        assert other.post(CONFIRM, {"code": code_in(mailoutbox[0])})["Location"] == LOGIN
        assert not is_signed_in(other)

    def test_sends_a_new_code_when_asked(self, nobodys_browser: Client, mailoutbox: Any) -> None:
        register(nobodys_browser, "dora")
        cache.clear()  # a new one may be had every ten seconds

        nobodys_browser.post(CONFIRM, {"action": "resend"})
        nobodys_browser.post(CONFIRM, {"code": code_in(mailoutbox[1])})

        assert is_signed_in(nobodys_browser)

    def test_looks_the_same_for_an_address_that_is_known(
        self, alice: User, nobodys_browser: Client, mailoutbox: Any
    ) -> None:
        other = Client()
        fresh = register(nobodys_browser, "dora", "dora@example.org")
        known = register(other, "mallory", alice.email)

        assert (fresh.status_code, fresh["Location"]) == (known.status_code, known["Location"])
        pages = [
            without_tokens(text(browser.get(CONFIRM))).replace(email, "ADDRESS")
            for browser, email in ((nobodys_browser, "dora@example.org"), (other, alice.email))
        ]
        assert pages[0] == pages[1]
        wrong = [
            without_tokens(text(browser.post(CONFIRM, {"code": "AAAA-AAAA"}))).replace(email, "ADDRESS")
            for browser, email in ((nobodys_browser, "dora@example.org"), (other, alice.email))
        ]
        assert wrong[0] == wrong[1]
        assert [letter.to for letter in mailoutbox] == [["dora@example.org"], [alice.email]]
        assert "already" in mailoutbox[1].subject
        assert not CODE.search(mailoutbox[1].body)
        assert not User.objects.filter(username="mallory").exists()

    def test_has_a_limit(self, nobodys_browser: Client) -> None:
        answers = [register(nobodys_browser, "") for _ in range(21)]

        assert {answer.status_code for answer in answers[:20]} == {200}
        assert answers[20].status_code == 429


class TestSignIn:
    @pytest.fixture
    def counted(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
        """Count how often a password is hashed."""
        hashed: list[str] = []

        class Counting(MD5PasswordHasher):
            def encode(self, password: str, salt: str) -> str:
                hashed.append(password)
                return super().encode(password, salt)

        monkeypatch.setattr("tests.platform.test_accounts.CountingHasher", Counting)
        settings.PASSWORD_HASHERS = ["tests.platform.test_accounts.CountingHasher"]
        return hashed

    @pytest.mark.parametrize(("known", "unknown"), [("alice", "nobody"), ("alice@example.org", "no@example.org")])
    def test_says_the_same_and_hashes_as_often_whoever_it_is(
        self, alice: User, counted: list[str], known: str, unknown: str
    ) -> None:
        pages = []
        for login in (known, unknown):
            answer = sign_in(Client(), login, "wrong")
            pages.append((answer.status_code, without_tokens(text(answer)).replace(login, "NAME")))

        assert pages[0] == pages[1]
        assert counted == ["wrong", "wrong"]

    def test_confirms_the_address_first(self, nobodys_browser: Client, mailoutbox: Any) -> None:
        make_user("erin", verified=False)

        assert sign_in(nobodys_browser, "erin")["Location"] == CONFIRM
        assert not is_signed_in(nobodys_browser)
        nobodys_browser.post(CONFIRM, {"code": code_in(mailoutbox[0])})
        assert is_signed_in(nobodys_browser)

    def test_does_not_ask_for_an_address_that_there_is_not(self, nobodys_browser: Client) -> None:
        User.objects.create_user("demo", password=PASSWORD)

        assert sign_in(nobodys_browser, "demo")["Location"] == "/"
        assert is_signed_in(nobodys_browser)

    def test_changes_the_key_of_the_session(self, alice: User, nobodys_browser: Client) -> None:
        session = nobodys_browser.session
        session["planted"] = True
        session.save()
        nobodys_browser.cookies["sessionid"] = planted = session.session_key

        sign_in(nobodys_browser)

        assert nobodys_browser.cookies["sessionid"].value != planted
        attacker = Client()
        attacker.cookies["sessionid"] = planted
        assert not is_signed_in(attacker)

    def test_takes_five_wrong_passwords_for_a_name(self, alice: User) -> None:
        for _ in range(5):
            sign_in(Client(), "alice", "wrong")

        answer = sign_in(Client(), "alice", PASSWORD)

        assert "Too many wrong passwords" in text(answer)

    def test_takes_thirty_tries_a_minute_from_one_place(self, alice: User, nobodys_browser: Client) -> None:
        for number in range(30):
            assert sign_in(nobodys_browser, f"name-{number}", "wrong").status_code == 200

        answer = sign_in(nobodys_browser)

        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert "Wait a minute" in text(answer)
        assert not is_signed_in(nobodys_browser)

    def test_sends_no_endless_mail(self, alice: User, nobodys_browser: Client, mailoutbox: Any) -> None:
        for _ in range(5):
            nobodys_browser.post("/accounts/password/reset/", {"email": alice.email})

        answer = nobodys_browser.post("/accounts/password/reset/", {"email": alice.email})

        assert answer.status_code == 429
        assert len(mailoutbox) == 5


CountingHasher: type[BasePasswordHasher] = MD5PasswordHasher


class TestPasswordReset:
    def test_looks_the_same_for_an_address_that_nobody_has(
        self, alice: User, nobodys_browser: Client, mailoutbox: Any
    ) -> None:
        answers = [
            nobodys_browser.post("/accounts/password/reset/", {"email": email})
            for email in (alice.email, "nobody@example.org")
        ]

        assert {(answer.status_code, answer["Location"]) for answer in answers} == {
            (302, "/accounts/password/reset/done/")
        }
        assert "/password/reset/key/" in mailoutbox[0].body
        assert "no such account" in mailoutbox[1].body


class TestSecondFactor:
    @pytest.fixture
    def totp(self, alice: User) -> Authenticator:
        """Alice has an authenticator app and recovery codes."""
        RecoveryCodes.activate(alice)
        return TOTP.activate(alice, SECRET).instance

    def test_is_set_up_after_the_password_is_given_once_more(self, alices_browser: Client, alice: User) -> None:
        assert alices_browser.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = text(alices_browser.get("/accounts/2fa/totp/activate/"))
        svg = base64.b64decode(re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[0])
        assert svg.startswith(b"<?xml")
        secret = re.findall(r'id="totp-secret">([A-Z2-7]+)<', page)[0]

        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        answer = alices_browser.post("/accounts/2fa/totp/activate/", {"code": code})

        assert answer["Location"] == "/accounts/2fa/recovery-codes/"
        codes = RecoveryCodes(alice.authenticator_set.get(type="recovery_codes")).get_unused_codes()
        assert codes[0] in text(alices_browser.get("/accounts/2fa/recovery-codes/"))
        assert text(alices_browser.get("/accounts/2fa/recovery-codes/download/")).split() == codes
        assert security_of(alice).recovery_codes_left == 10

    def test_is_asked_for_after_the_password(self, totp: Authenticator, nobodys_browser: Client) -> None:
        assert sign_in(nobodys_browser)["Location"] == "/accounts/2fa/authenticate/"
        assert not is_signed_in(nobodys_browser)
        wrong = nobodys_browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert "not right" in text(wrong)
        assert not is_signed_in(nobodys_browser)

        answer = nobodys_browser.post("/accounts/2fa/authenticate/", {"code": totp_code()})

        assert answer["Location"] == "/"
        assert is_signed_in(nobodys_browser)

    def test_takes_a_code_once(self, totp: Authenticator) -> None:
        code = totp_code()
        for browser, expected in ((Client(), True), (Client(), False)):
            sign_in(browser)
            browser.post("/accounts/2fa/authenticate/", {"code": code})
            assert is_signed_in(browser) is expected

    def test_may_be_a_recovery_code_once(self, totp: Authenticator, alice: User) -> None:
        [code, *_] = RecoveryCodes(alice.authenticator_set.get(type="recovery_codes")).get_unused_codes()
        for browser, expected in ((Client(), True), (Client(), False)):
            sign_in(browser)
            browser.post("/accounts/2fa/authenticate/", {"code": code})
            assert is_signed_in(browser) is expected

    def test_takes_no_endless_guessing(self, totp: Authenticator, nobodys_browser: Client) -> None:
        sign_in(nobodys_browser)
        for _ in range(6):
            nobodys_browser.post("/accounts/2fa/authenticate/", {"code": "000000"})

        nobodys_browser.post("/accounts/2fa/authenticate/", {"code": totp_code()})

        assert not is_signed_in(nobodys_browser)

    def test_is_turned_off(self, totp: Authenticator, alice: User, alices_browser: Client, mailoutbox: Any) -> None:
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        assert alices_browser.get("/accounts/2fa/totp/deactivate/").status_code == 200
        alices_browser.post("/accounts/2fa/totp/deactivate/")

        assert not alice.authenticator_set.filter(type="totp").exists()
        assert "turned off" in mailoutbox[-1].subject

    def test_is_not_there_for_a_stranger(self, totp: Authenticator, charlies_browser: Client) -> None:
        for page in ("totp/deactivate/", "recovery-codes/", "recovery-codes/download/"):
            assert charlies_browser.get(f"/accounts/2fa/{page}").status_code == 404


class TestPasskeys:
    def test_get_a_challenge_for_anybody(self, nobodys_browser: Client) -> None:
        answer = nobodys_browser.get(
            "/accounts/2fa/webauthn/login/", headers={"Accept": "application/json", "Host": "localhost"}
        )

        options = answer.json()["request_options"]["publicKey"]
        assert options["rpId"] == "localhost"
        assert options["userVerification"] == "required"
        assert not options.get("allowCredentials")

    @pytest.mark.parametrize(
        "credential", ["", "{}", "[]", json.dumps({"id": "AAAA", "response": {"userHandle": "x"}})]
    )
    def test_let_nobody_in_with_nonsense(self, alice: User, nobodys_browser: Client, credential: str) -> None:
        answer = nobodys_browser.post("/accounts/2fa/webauthn/login/", {"credential": credential})

        assert (answer.status_code, answer["Location"]) == (302, LOGIN)
        assert not is_signed_in(nobodys_browser)

    @pytest.mark.parametrize(
        ("host", "words"), [("127.0.0.1:8000", "localhost:8000"), ("[::1]:8000", "localhost:8000")]
    )
    def test_say_that_an_ip_address_will_not_do(self, nobodys_browser: Client, host: str, words: str) -> None:
        page = text(nobodys_browser.get(LOGIN, headers={"Host": host}))

        assert f'href="http://{words}/accounts/login/"' in page
        assert "data-passkey>" not in page
        assert "data-passkey>" in text(nobodys_browser.get(LOGIN, headers={"Host": "localhost:8000"}))


class TestSessions:
    def test_are_listed_and_ended_elsewhere(self, alice: User) -> None:
        here, there = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}), Client()
        for browser in (here, there):
            sign_in(browser)
            assert is_signed_in(browser)

        page = text(here.get("/accounts/sessions/"))
        assert "Firefox on Linux" in page
        assert "127.0.0.1" in page
        answer = here.post("/accounts/sessions/")

        assert answer.status_code == 302
        assert is_signed_in(here)
        assert not is_signed_in(there)
        assert security_of(alice).sessions == 1

    def test_note_when_they_were_last_used(self, alice: User, alices_browser: Client) -> None:
        is_signed_in(alices_browser)

        session = UserSession.objects.get(user=alice)
        assert session.ip == "127.0.0.1"
        is_signed_in(alices_browser)
        assert UserSession.objects.get().last_seen_at == session.last_seen_at, "once a minute is enough"

    def test_are_nobody_elses_business(self, alice: User, alices_browser: Client, charlies_browser: Client) -> None:
        is_signed_in(alices_browser)

        charlies_browser.post("/accounts/sessions/")

        assert is_signed_in(alices_browser)

    def test_end_elsewhere_when_the_password_changes(self, alice: User) -> None:
        here, there = Client(), Client()
        for browser in (here, there):
            sign_in(browser)
        form = {"oldpassword": PASSWORD, "password1": "another battery staple", "password2": "another battery staple"}

        here.post("/accounts/password/", form)

        assert is_signed_in(here)
        assert not is_signed_in(there)

    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari on an iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
            ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
            ("curl/8.0", "curl"),
            ("", "A browser"),
        ],
    )
    def test_name_the_device(self, user_agent: str, words: str) -> None:
        assert device(user_agent) == words


class TestAddresses:
    def test_are_added_by_a_code(self, alice: User, alices_browser: Client, mailoutbox: Any) -> None:
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        answer = alices_browser.post("/accounts/email/", {"email": "second@example.org", "action_add": ""})
        assert alices_browser.post(CONFIRM, {"code": code_in(mailoutbox[0])}).status_code == 302

        assert answer.status_code == 302
        assert alice.emailaddress_set.get(email="second@example.org").verified

    def test_keep_the_last_one(self, alice: User, alices_browser: Client) -> None:
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        answer = alices_browser.post("/accounts/email/", {"email": alice.email, "action_remove": ""}, follow=True)

        assert "cannot be removed" in text(answer)
        assert alice.emailaddress_set.count() == 1

    def test_are_changed_only_after_the_password(self, alices_browser: Client, mailoutbox: Any) -> None:
        answer = alices_browser.post("/accounts/email/", {"email": "second@example.org", "action_add": ""})

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert not mailoutbox

    def test_tell_the_old_one_of_the_new_one(self, alice: User, alices_browser: Client, mailoutbox: Any) -> None:
        EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
        alices_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        alices_browser.post("/accounts/email/", {"email": "second@example.org", "action_primary": ""})

        assert [letter.to for letter in mailoutbox] == [["alice@example.org"]]
        assert "second@example.org" in mailoutbox[0].body


UNSAFE = [
    "account_login",
    "account_signup",
    "account_logout",
    "account_email",
    "account_email_verification_sent",
    "account_change_password",
    "account_reset_password",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_login_webauthn",
    "mfa_generate_recovery_codes",
    "usersessions_list",
    "profile",
    "token-create",
    "avatar-set",
    "avatar-delete",
    "account-delete",
]


class TestCsrf:
    @pytest.mark.parametrize("name", UNSAFE)
    @pytest.mark.parametrize("who", ["alice", None])
    def test_stops_every_unsafe_page(self, alice: User, name: str, who: str | None) -> None:
        browser = browser_of(alice if who else None, enforce_csrf_checks=True)

        assert browser.post(reverse(name), {}).status_code == 403

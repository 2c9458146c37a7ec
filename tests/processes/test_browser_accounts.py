"""A person in a browser: an account is made, made safe, given a face, and deleted."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, Route, expect

from tests.browser import CHROMIUM, PASSWORD, assert_accessible, register
from tests.pictures import jpeg
from tests.stack import Stack, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(open_page: Callable[[str], Page], running_stack: Stack) -> Page:
    """A window on the site by its name: browsers have no passkeys for IP addresses."""
    return open_page(running_stack.url.replace("127.0.0.1", "localhost"))


def look_at(page: Page, heading: str) -> None:
    """Wait for the page with this heading, and have axe look at it."""
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    page.wait_for_load_state()
    assert_accessible(page)


def show_again(page: Page) -> None:
    """Give the password once more, where it is asked for."""
    look_at(page, "Is it you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def sign_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def account_button(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=f"Account of {name}")).to_be_visible()


class TestRegistration:
    def test_says_what_is_wrong_with_a_code_to_everybody(self, page: Page) -> None:
        page.goto("/accounts/register/")
        page.get_by_label("Username").fill("new-dora")
        page.get_by_label("Email").fill("new-dora@example.com")
        page.locator("[name=password1]").fill(PASSWORD)
        page.locator("[name=password2]").fill(PASSWORD)
        page.get_by_role("button", name="Create the account").click()
        look_at(page, "Check your mail")

        page.get_by_label("Code").fill("AAAA-AAAA")
        page.get_by_role("button", name="Confirm", exact=True).click()

        expect(page.get_by_text("This code is not right")).to_be_visible()
        look_at(page, "Check your mail")


class TestSecondFactor:
    def test_is_set_up_and_asked_for(self, page: Page) -> None:
        register(page, "totp-dora")
        page.goto("/accounts/profile/")
        page.get_by_role("link", name="Turn it on").click()
        look_at(page, "Two-factor sign-in")
        page.get_by_role("link", name="Set up the app").click()
        show_again(page)
        look_at(page, "Set up an authenticator app")
        assert page.locator("img.qr").evaluate("(image) => image.naturalWidth") > 0, "the policy lets it be drawn"
        secret = page.locator("#totp-secret").inner_text()
        page.get_by_label("Authenticator code").fill(code_of(secret))
        page.get_by_role("button", name="Turn it on").click()
        look_at(page, "Your recovery codes")
        recovery_code = page.locator("#recovery-codes").inner_text().split()[0]
        sign_out(page)

        sign_in(page, "totp-dora")
        look_at(page, "Second step")
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("This code is not right")).to_be_visible()
        page.get_by_label("Code").fill(recovery_code)
        page.get_by_role("button", name="Sign in", exact=True).click()

        account_button(page, "totp-dora")


class TestPasskey:
    def test_is_registered_and_signs_in(self, page: Page) -> None:
        register(page, "key-dora")
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
        page.goto("/accounts/2fa/webauthn/add/")
        show_again(page)
        look_at(page, "Add a passkey")
        page.get_by_label("Name").fill("My laptop")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_text("The passkey is added.")).to_be_visible()
        page.goto("/accounts/2fa/webauthn/")
        expect(page.get_by_text("My laptop")).to_be_visible()
        look_at(page, "Your passkeys")
        for action, heading in (("Rename", "Rename a passkey"), ("Remove", "Remove My laptop?")):
            page.get_by_role("link", name=f"{action} My laptop").click()
            look_at(page, heading)
            page.goto("/accounts/2fa/webauthn/")
        sign_out(page)

        page.goto("/accounts/login/")
        look_at(page, "Sign in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        account_button(page, "key-dora")
        sign_out(page)
        sign_in(page, "key-dora")
        page.get_by_role("button", name="Use a passkey or security key").click()
        account_button(page, "key-dora")

    def test_says_what_went_wrong(self, page: Page) -> None:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**VIRTUAL, "isUserVerified": False}})
        page.goto("/accounts/login/")

        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_text(re.compile("cancelled, or it took too long"))).to_be_visible()


class TestProfile:
    def test_has_a_picture_and_a_time_zone(self, page: Page) -> None:
        register(page, "face-dora")
        page.goto("/accounts/profile/")
        look_at(page, "face-dora")
        pages: list[str] = []
        page.on("request", lambda asked: pages.append(asked.method) if asked.is_navigation_request() else None)

        page.locator("[data-avatar-file]").set_input_files({"name": "a.txt", "mimeType": "image/png", "buffer": b"no"})
        expect(page.locator("#avatar-state [role=alert]")).to_be_visible(timeout=20_000)
        face = {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
        page.locator("[data-avatar-file]").set_input_files(face)
        expect(page.locator("header img.avatar")).to_be_visible(timeout=20_000)
        assert pages == ["POST", "GET"] * 2, "the page never comes anew by itself, which would break off an upload"
        assert (
            page.locator("header img.avatar").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
        )
        page.get_by_label("Name").first.fill("Dora Maar")
        page.get_by_label("Time zone").select_option("Asia/Kathmandu")
        page.get_by_role("button", name="Save").click()

        account_button(page, "Dora Maar")
        page.goto("/dev/mail/")
        shown, sent = page.locator("time").first.evaluate("(time) => [time.textContent, time.dateTime]")
        assert sent.endswith("+05:45"), "the server writes it in the chosen zone"
        assert re.search(sent[11:16], shown), "so does the script, in a browser that is elsewhere"
        page.goto("/accounts/profile/")
        page.get_by_role("button", name="Remove the picture").click()
        expect(page.locator("header span.avatar")).to_have_text("DM")

    def test_takes_a_picture_that_is_chosen_before_the_script_has_come(self, page: Page) -> None:
        register(page, "quick-dora")
        held: list[Route] = []
        page.route(re.compile(r"/js/avatar\."), lambda route: held.append(route), times=1)
        page.goto("/accounts/profile/", wait_until="commit")

        face = {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
        page.locator("[data-avatar-file]").set_input_files(face)
        wait_until(lambda: page.evaluate("true") and held, what="the script")
        held[0].continue_()

        expect(page.locator("header img.avatar")).to_be_visible(timeout=20_000)

    def test_ends_with_everything_in_it(self, page: Page) -> None:
        register(page, "gone-dora")
        page.goto("/accounts/sessions/")
        look_at(page, "Where you are signed in")
        page.goto("/accounts/email/")
        look_at(page, "Your e-mail addresses")
        page.goto("/accounts/profile/")
        with page.expect_download() as export:
            page.get_by_role("link", name="Export my data").click()
        assert export.value.suggested_filename.startswith("cloudapps-gone-dora-")
        page.get_by_role("link", name="Delete my account").click()
        show_again(page)
        look_at(page, "Delete your account?")
        page.get_by_label("Your username").fill("gone-dora")
        page.get_by_role("button", name="Delete my account for good").click()

        expect(page.get_by_text("The account gone-dora is deleted")).to_be_visible()
        sign_in(page, "gone-dora")
        expect(page.get_by_text("We know no account with this name and password")).to_be_visible()


def code_of(secret: str) -> str:
    """Compute what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

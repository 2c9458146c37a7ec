"""A person's hands and eyes in headless Chromium."""

import base64
import re
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "correct horse battery staple"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
IN_SCHEME = """
(scheme) =>
    matchMedia(`(prefers-color-scheme: ${scheme})`).matches && document.documentElement?.dataset.theme === scheme
"""
DROP = """
([files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, body] of files) {
        const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    const target = document.querySelector("main");
    for (const name of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
}
"""


def register(page: Page, name: str) -> None:
    """Make an account by the page, with the code that is mailed; the browser is signed in afterwards."""
    page.goto("/")
    page.get_by_role("link", name="Register").first.click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.com")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Code").fill(read_code(page, f"{name}@example.com"))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page).to_have_url("/")


def read_code(page: Page, address: str) -> str:
    """Look into the outbox in a tab beside the page, and give the code in the newest mail to the address."""
    expect(page.get_by_text(f"We sent a code to {address}").first).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the mail outbox").click()
    outbox = opened.value
    outbox.get_by_role("row").filter(has_text=address).first.get_by_role("link").click()
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", outbox.locator(".letter").inner_text(), re.MULTILINE)
    outbox.close()
    assert code, "a code stands alone on a line"
    return code[1]


def drop(page: Page, files: dict[str, bytes]) -> None:
    """Drag these files from the desktop onto the page."""
    types = {"jpg": "image/jpeg", "gif": "image/gif"}
    carried = [(name, types.get(name[-3:], ""), base64.b64encode(body).decode()) for name, body in files.items()]
    page.evaluate(DROP, [carried])


def assert_accessible(page: Page) -> None:
    """Have axe find nothing, in light and dark, narrow and wide."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(IN_SCHEME, arg=scheme)
            page.evaluate(TWO_FRAMES)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()

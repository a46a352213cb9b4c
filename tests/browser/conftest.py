"""A real browser: Debian's Chromium, driven by Playwright, against the product served on this machine."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from ombudsman.people.models import User

# Playwright keeps an event loop running in the thread of the tests, which the database layer takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The installed browser, without the requests that it makes for itself."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "Chromium is missing; install it with: apt-get install -y chromium"
    return {
        "executable_path": found,
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def sign_in(live_server: Any, context: BrowserContext) -> Callable[[User | None, str], None]:
    """`sign_in(user, "kk")` gives the browser this person's session and language, without the form."""

    def enter(user: User | None, language: str) -> None:
        context.clear_cookies()
        cookies = [{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": django_settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url})
        context.add_cookies(cookies)  # type: ignore[arg-type]

    return enter


class Ear:
    """Listens to a page: what it complained of, and whom else it asked."""

    def __init__(self, page: Page, home: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on(
            "console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._heard(request.url, home))

    def _heard(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.strangers.append(url)


@pytest.fixture
def ear(page: Page, live_server: Any) -> Ear:
    """What the page says in the browser's console and whom it asks for files."""
    return Ear(page, live_server.url)


@pytest.fixture
def blank(db, page: Page, live_server) -> Page:
    """An almost empty page on the product's own address."""
    page.goto(f"{live_server.url}/health/")
    return page

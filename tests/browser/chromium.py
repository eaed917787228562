"""The Chromium that the tests drive."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Error, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A request for another host is recorded and fails its test; it never leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--enable-precise-memory-info",
]


def launch(playwright: Playwright) -> Browser:
    """Start the one named in EXPLAINER_CHROMIUM, else one on the PATH, else Playwright's own."""
    named = os.environ.get("EXPLAINER_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
    except Error as error:
        where = (
            f"{found!r} did not start"
            if found
            else f"none of {', '.join(NAMES)} is on the PATH, nor Playwright's own"
        )
        pytest.fail(
            f"No Chromium: {where}. Install chromium or google-chrome, name one in "
            f"EXPLAINER_CHROMIUM, or run `python -m playwright install chromium`.\n{error}",
            pytrace=False,
        )

"""The lab in a real browser: nobody outside is asked; keyboard, phone and dark paper work."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab_world import Lab, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-pipe", "--remote-allow-origins=*",
)  # fmt: skip
KEYS = {"Escape": 27, "ArrowRight": 39, "Tab": 9, "Enter": 13}


class Browser:
    """A page of Chromium, driven over a pipe."""

    def __init__(self, chromium: str, profile: Path) -> None:
        (theirs, self._out), (self._in, ours) = os.pipe(), os.pipe()

        def begin() -> None:
            os.dup2(theirs, 3)
            os.dup2(ours, 4)

        command = [chromium, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, preexec_fn=begin, close_fds=False, **quiet)
        os.close(theirs)
        os.close(ours)
        self._number, self._rest, self._session = 0, b"", None
        self.asked: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Send a command and wait for its answer, noting what happens meanwhile."""
        self._number += 1
        sent: dict[str, Any] = {"id": self._number, "method": method, "params": given}
        if self._session is not None:
            sent["sessionId"] = self._session
        os.write(self._out, json.dumps(sent).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._number:
                assert "error" not in found, found
                return dict(found["result"])
            self._note(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._in, 1 << 16)
            assert part, "Chromium has ended"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, event: dict[str, Any]) -> None:
        about = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.asked.append(about["request"]["url"])
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"].get("exception")))
        if event.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(about["entry"]["text"])

    def js(self, code: str) -> Any:
        """Value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=code, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, code: str, seconds: float = 90.0) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.js(code):
            assert time.monotonic() < end, code
            time.sleep(0.1)

    def key(self, key: str) -> None:
        """Press a key and let it go."""
        about: dict[str, Any] = {"key": key, "code": key if key in KEYS else f"Key{key.upper()}"}
        about["windowsVirtualKeyCode"] = KEYS.get(key) or ord(key.upper())
        text = {} if key in KEYS and key != "Enter" else {"text": "\r" if key == "Enter" else key}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def open(self, address: str, width: int = 1280, dark: bool = False) -> None:
        """Open a state of the lab and wait for its answer."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        self.until(
            "document.body && document.body.dataset.digest && !document.querySelector('.busy')"
        )

    def end(self) -> None:
        self._process.kill()
        self._process.wait(20)
        os.close(self._out)
        os.close(self._in)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = Browser(chromium, tmp_path_factory.mktemp("profile"))
    yield found
    found.end()


STATE = "#v=1&base=teaching&carbon.offset_limit=0.02"
NUMBERS = "[...document.querySelectorAll('#numbers .value')].map(e => e.textContent)"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (1280, True)])
def test_it_fits_and_asks_nobody_outside(
    lab: Lab, browser: Browser, width: int, dark: bool
) -> None:
    browser.open(lab.address + STATE + "&lang=en", width, dark)
    assert browser.js("document.documentElement.scrollWidth - innerWidth") <= 0
    assert browser.js("document.querySelectorAll('#figures figure svg').length") > 5
    light = browser.js("getComputedStyle(document.body).backgroundColor").strip("rgb()").split(",")
    assert (sum(map(int, light)) < 200) == dark
    outside = [
        u for u in browser.asked if not u.startswith((lab.address, "data:", "about:", "blob:"))
    ]
    assert outside == []
    assert browser.complaints == []


def test_a_link_gives_the_same_figures_in_the_other_language_and_on_a_phone(
    lab: Lab, browser: Browser
) -> None:
    browser.open(lab.address + STATE + "&lang=en")
    first, digest = browser.js(NUMBERS), browser.js("document.body.dataset.digest")
    address = browser.js("location.href")
    browser.open(address.replace("lang=en", "lang=zh"), 390)
    assert browser.js("document.documentElement.lang") == "zh-CN"
    assert browser.js("document.body.dataset.digest") == digest
    assert browser.js(NUMBERS)[1:4] == first[1:4], "prices; tonnes and money are in other units"
    browser.open(address)
    assert browser.js(NUMBERS) == first


def test_the_keyboard_alone_does_everything(lab: Lab, browser: Browser) -> None:
    browser.open(lab.address + STATE + "&lang=en")
    digest = browser.js("document.body.dataset.digest")
    browser.key("e")
    browser.until("document.querySelector('#why').open")
    browser.key("Escape")
    browser.until("!document.querySelector('#why').open")
    browser.js("document.querySelector('#lever-carbon-offset_limit').focus()")
    browser.key("ArrowRight")
    browser.until(f"document.body.dataset.digest !== {digest!r}")
    assert "carbon.offset_limit=0.025" in browser.js("location.hash")
    browser.js("document.activeElement.blur()")
    browser.key("u")
    browser.until(f"document.body.dataset.digest === {digest!r}")
    browser.key("c")
    browser.until("document.querySelectorAll('.pin').length === 1")
    assert "cmp=" in browser.js("location.hash")
    browser.js("document.querySelectorAll('.market, #export').forEach(e => e.open = true)")
    reached = set()
    for _ in range(400):
        browser.key("Tab")
        reached.add(browser.js("document.activeElement.id || document.activeElement.outerHTML"))
    wanted = browser.js(
        "[...document.querySelectorAll('button, select, input, summary, a[href]')]"
        ".filter(e => e.checkVisibility() && !e.disabled && !e.closest('dialog'))"
        ".map(e => e.id || e.outerHTML)"
    )
    assert set(wanted) - reached == set()


def test_hostile_addresses_are_inert(lab: Lab, browser: Browser) -> None:
    script = "%3Cscript%3Edocument.title%3D'taken'%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3D1%3E"
    pinned = json.dumps(["teaching", {}, "<img src=x onerror=document.title='taken'>"])
    from urllib.parse import quote

    address = f"{lab.address}{STATE}&base={script}&lang={script}&view={script}&cmp={quote(pinned)}"
    browser.complaints.clear()
    browser.open(address)
    assert browser.js("document.title") != "taken"
    assert browser.js("document.querySelectorAll('img').length") == 0
    assert browser.complaints == []

"""The report in a real browser that has no network: it asks for nothing and lays out well."""

from __future__ import annotations

import re
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualcarbon.report.html import write_report
from tests.report_world import META, run_tables

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability",
    "--hide-scrollbars", "--virtual-time-budget=2000",
)  # fmt: skip


class DeadEnd:
    """A proxy that notes what is asked of it and answers nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self.socket.accept()
            except OSError:
                return
            with caller:
                line = caller.recv(4096).split(b"\r\n", 1)[0]
                self.asked.append(line.decode("latin-1"))

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def proxy() -> Iterator[DeadEnd]:
    dead_end = DeadEnd()
    yield dead_end
    dead_end.close()


def browse(chromium: str, page: Path, folder: Path, proxy: DeadEnd, *more: str) -> str:
    """Open a page with all its requests led into a dead end; return what Chromium prints."""
    command = [
        chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}",
        f"--proxy-server=127.0.0.1:{proxy.port}", "--proxy-bypass-list=<-loopback>", *more,
        page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    return write_report(run_tables(), path, lang=request.param, meta=META)


def hosts(proxy: DeadEnd) -> set[str]:
    return {host for line in proxy.asked for host in re.findall(r"^\w+ (?:\w+://)?([^/ ]+)", line)}


def test_no_request_leaves_the_page(
    chromium: str, page: Path, tmp_path: Path, proxy: DeadEnd
) -> None:
    blank = tmp_path / "blank.html"
    blank.write_text("<!DOCTYPE html><title>blank</title>", encoding="utf-8")
    browse(chromium, blank, tmp_path, proxy, "--dump-dom")
    browsers_own = hosts(proxy)
    dom = browse(chromium, page, tmp_path, proxy, "--dump-dom")
    assert hosts(proxy) - browsers_own == set()
    assert dom.count("<section") == page.read_text("utf-8").count("<section")


def test_the_dead_end_does_note_a_request(chromium: str, tmp_path: Path, proxy: DeadEnd) -> None:
    curious = tmp_path / "curious.html"
    curious.write_text('<!DOCTYPE html><img src="http://report.invalid/x.png">', encoding="utf-8")
    browse(chromium, curious, tmp_path, proxy, "--dump-dom")
    assert "report.invalid" in hosts(proxy)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_of_the_screen(
    chromium: str, page: Path, tmp_path: Path, proxy: DeadEnd, width: int
) -> None:
    probe = tmp_path / "probe.html"
    script = (
        "<script>onload=()=>{const w=document.documentElement.clientWidth;"
        "const out=[...document.querySelectorAll('main *,header *,nav *')].filter(e=>"
        "!e.closest('.scroll')&&!e.closest('pre')&&e.getBoundingClientRect().right>w+1);"
        "document.title=`${w} ${document.documentElement.scrollWidth} ${out.length}`}</script>"
    )
    text = page.read_text("utf-8").replace("style-src", "script-src 'unsafe-inline'; style-src")
    probe.write_text(text.replace("</body>", f"{script}</body>"), encoding="utf-8")
    dom = browse(chromium, probe, tmp_path, proxy, f"--window-size={width},900", "--dump-dom")
    found = re.search(r"<title>(\d+) (\d+) (\d+)</title>", dom)
    assert found is not None
    screen, scrolled, outside = map(int, found.groups())
    assert scrolled <= screen
    assert outside == 0


def test_a_picture_of_the_page_is_not_blank(
    chromium: str, page: Path, tmp_path: Path, proxy: DeadEnd
) -> None:
    picture = tmp_path / "page.png"
    browse(chromium, page, tmp_path, proxy, "--window-size=1280,2000", f"--screenshot={picture}")
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1280, 2000)
    assert len(data) > 60_000

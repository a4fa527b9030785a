"""Pictures of the lab for the documentation: ``python -m tools.lab_picture`` (needs Chromium)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn

from dualcarbon.lab.engine import Engine
from dualcarbon.lab.server import application

IMAGES = Path(__file__).parents[1] / "docs" / "images"
STATE = "#v=1&base=teaching&carbon.stringency.2030=0.93&lang={lang}"
PICTURES = {"en": "lab.png", "zh": "lab.zh.png"}
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--hide-scrollbars", "--window-size=1200,900",
         "--virtual-time-budget=30000")  # fmt: skip


def main() -> int:
    """Start a lab, solve the state, and photograph it in both languages."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("no Chromium on this machine\n")
        return 2
    listening = socket.create_server(("127.0.0.1", 0))
    port, engine = listening.getsockname()[1], Engine()
    server = uvicorn.Server(uvicorn.Config(application(engine, port), log_level="error"))
    threading.Thread(target=server.run, args=([listening],), daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    for lang, name in PICTURES.items():
        address = f"http://127.0.0.1:{port}/{STATE.format(lang=lang)}"
        for _ in range(2):  # the second time everything is solved
            with tempfile.TemporaryDirectory() as profile:
                command = [chromium, *FLAGS, f"--user-data-dir={profile}",
                           f"--screenshot={IMAGES / name}", address]  # fmt: skip
                subprocess.run(command, check=True, capture_output=True)
    server.should_exit = True
    engine.end()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

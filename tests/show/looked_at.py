"""What the tests of show/ look with: numbers read back from text, tags counted in HTML, a page opened in a browser."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

VOID = {"meta", "br", "rect", "path", "img"}


def matrix_in(lines: list[str]) -> np.ndarray:
    """The numbers of a drawn matrix; a dot is 0."""
    rows = [re.sub(r"[⎡⎢⎣⎤⎥⎦\[\]│]", " ", line).split() for line in lines if "┼" not in line and "──" not in line]
    return np.array([[0.0 if cell == "·" else float(cell) for cell in row] for row in rows])


class Tags(HTMLParser):
    """Checks that tags are closed in order, and keeps tags and text."""

    def __init__(self, text: str):
        super().__init__()
        self.open, self.seen, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def count(self, tag: str, kind: str = "") -> int:
        return sum(t == tag and (not kind or kind in (a.get("class") or "").split()) for t, a in self.seen)


def browser() -> str:
    """A Chromium on PATH, or a skip that says so."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on PATH: install one (apt-get install chromium) to have the page looked at")


def measured(page: str, script: str, width: int, dark: bool = False) -> dict:
    """What a script finds in the page, opened in a real browser in a window of this width.

    The page is put in a frame as it is, and the script runs outside it, as a function of the frame's document.
    """
    frame = page.replace("&", "&amp;").replace('"', "&quot;")
    wrapper = f"""<!doctype html><meta charset="utf-8"><iframe srcdoc="{frame}" width="{width}" height="3000"></iframe>
    <script>addEventListener("load", () => {{
      const frame = document.querySelector("iframe"), page = frame.contentDocument, view = frame.contentWindow
      document.title = JSON.stringify(({script})(page, view))
    }})</script>"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(wrapper, encoding="utf-8")
        command = [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={folder}/profile", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--dump-dom", path.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=120, check=True, env={**os.environ, "HOME": folder}
        )
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title, done.stdout[:2000] + done.stderr[-2000:]
    return json.loads(title[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))

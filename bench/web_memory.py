"""Memory of the web process while 20 mandates are asked for and printed: at most 30 MB above idle.

The whole service runs as `manage.py serve` does, on servers and files of its own, in demonstration mode. An agent
signs in, starts a visit, and has 20 mandates printed through the pages. The PDFs are made by the worker: the web
process only sends them. Memory is the resident set of every gunicorn process together, read ten times a second.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from bench.line import Line

MANDATES = 20
MOST_ABOVE = 30e6
ROOT = Path(__file__).resolve().parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
PERSON = {
    "birth_name": "Mesure", "first_names": "Essai", "birth_date": "01/02/1950", "sex": "F", "birth_place": "23031",
    "document_kind": "card", "document_tail": "4K7", "not_mine": "on",
}  # fmt: skip
CONTACT = {"address": "1 rue de l’Essai", "postcode": "23600", "town": "Boussac", "phone": "", "channel": "post"}
MANDATE = {**PERSON, **CONTACT, "scopes": ["space.open", "contact.change"], "duration": "year", "signer": "person"}


class Browser:
    """Just enough of a browser: cookies, forms with their hidden fields."""

    def __init__(self, url: str) -> None:
        self.url, self.page, self.at = url, "", ""
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> bytes:
        """Open an address of the service; its body. Raises `RuntimeError` for an error page, `OSError` for none."""
        return self._go(path, None)

    def send(self, fields: dict[str, str | list[str]], path: str | None = None) -> bytes:
        """Send the fields with the hidden ones of the page at hand, to this address (the page's own if none)."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.page))
        return self._go(path or self.at, urlencode({**hidden, **fields}, doseq=True).encode())

    def _go(self, path: str, body: bytes | None) -> bytes:
        address = path if path.startswith("http") else self.url + path
        self.opener.addheaders = [("Referer", self.url + "/"), ("Origin", self.url)]
        try:
            answer = self.opener.open(address, body, timeout=60)
        except HTTPError as error:
            said = re.findall(r'class="fr-error-text"[^>]*>([^<]+)', error.read().decode())
            raise RuntimeError(f"{path or self.at} answers {error.code}: {said}") from error
        with answer:
            content = answer.read()
            if answer.headers.get_content_type() == "text/html":
                self.page, self.at = content.decode(), answer.url
            return content


class Watch(threading.Thread):
    """The most memory that the processes whose command names gunicorn hold together, below one process."""

    def __init__(self, parent: int) -> None:
        super().__init__(daemon=True)
        self.parent, self.most, self.over = parent, 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, self.now())

    def now(self) -> int:
        """Resident bytes now."""
        return sum(_resident(pid) for pid in _family(self.parent) if "gunicorn" in _command(pid))


def measure() -> Line:
    """Bytes above idle, in MB. Raises `RuntimeError` if the service does not start or a mandate is no PDF."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        service = _start(Path(folder), port)
        try:
            agent = _agent(Path(folder), f"http://localhost:{port}")
            _mandate(agent)  # what is loaded at the first mandate is idle memory of any later one
            watch = Watch(service.pid)
            idle = watch.now()
            watch.start()
            for _ in range(MANDATES):
                _mandate(agent)
            watch.over.set()
            watch.join()
        finally:
            service.terminate()
            service.wait(timeout=60)
    above = max(watch.most - idle, 0)
    note = f"idle {idle / 1e6:.0f} MB, most {watch.most / 1e6:.0f} MB"
    return Line("web_memory", above / 1e6, MOST_ABOVE / 1e6, goal=1.0, unit="MB", note=note)


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return {
        **kept,
        "VAR_DIR": str(folder),
        "STORAGE_ROOT": str(folder / "files"),
        "DEMO": "1",
        "SITE_URL": f"http://localhost:{port}",
    }


def _start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    log = (folder / "serve.log").open("w")
    service = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=_environment(folder, port), stdout=log, stderr=log,
    )  # fmt: skip
    for _ in range(240):
        try:
            Browser(f"http://localhost:{port}").get("/readyz")
            return service
        except (OSError, RuntimeError):
            if service.poll() is not None:
                break
            time.sleep(0.5)
    service.terminate()
    raise RuntimeError(f"the service did not start: {(folder / 'serve.log').read_text()[-2000:]}")


def _agent(folder: Path, url: str) -> Browser:
    """An agent of the demonstration, signed in with both factors, a visit begun."""
    port = int(url.rsplit(":", 1)[1])
    said = subprocess.run(
        [sys.executable, "manage.py", "demo", "--json"], cwd=ROOT, env=_environment(folder, port), capture_output=True,
        text=True, check=True,
    ).stdout  # fmt: skip
    account = next(one for one in json.loads(said)["accounts"] if one["email"].startswith("karim"))
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    code = format_hotp_value(hotp_value(account["totp_secret"], next(yield_hotp_counters_from_time())))
    browser = Browser(url)
    browser.get("/compte/login/")
    browser.send({"login": account["email"], "password": account["password"]})
    browser.send({"code": code})
    browser.get("/guichet/137/visite/")
    browser.send(PERSON)
    return browser


def _mandate(agent: Browser) -> None:
    """One mandate prepared, printed and fetched."""
    visit = re.search(r"/guichet/visite/[0-9a-f-]{36}/", agent.at + agent.page)
    if visit is None:
        raise RuntimeError(f"no visit: {agent.at}")
    agent.get(f"{visit[0]}actes/mandate.give/")
    agent.send(MANDATE)
    agent.send({"step": "confirm"})
    agent.get(visit[0])
    latest = re.findall(r"/mandat/([0-9a-f-]{36})/", agent.page)[0]
    agent.get(f"{visit[0]}mandat/{latest}/")
    for _ in range(20):
        if agent.send({}, f"{agent.url}{visit[0]}mandat/{latest}/imprimer/").startswith(b"%PDF-"):
            return
        time.sleep(0.5)
        agent.get(f"{visit[0]}mandat/{latest}/")
    raise RuntimeError("the mandate was never printed")


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0

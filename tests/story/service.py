"""The whole service as a person would start it, on a database of its own: `manage.py serve`, its worker included."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings


class Service:
    """The running service. `accounts` are those of the demonstration, by e-mail address."""

    def __init__(self, database: str, folder: Path) -> None:
        """`database` is a migrated database's name; `folder` holds its files, messages and logs."""
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "serve.log"
        self.environment = {
            **os.environ,
            "DATABASE_URL": _named(os.environ["DATABASE_URL"], database),
            "OWNER_DATABASE_URL": _named(os.environ["OWNER_DATABASE_URL"], database),
            "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/50",
            "DEMO": "1",
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "VAR_DIR": str(folder),
            "STORAGE_ROOT": str(folder / "files"),
            "STATIC_ROOT": str(folder / "static"),
            "EMAIL_URL": f"filemail://{folder / 'outbox'}",
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=settings.BASE_DIR, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        for _ in range(240):
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.5)
        raise TimeoutError(self.log.read_text())

    def manage(self, *arguments: str) -> str:
        """What a management command prints, on the same database."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    @cached_property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """The demonstration's accounts by the word before the @ of their address, with the code of that moment."""
        found = json.loads(self.manage("demo", "--json"))["accounts"]
        return {account["email"].split("@")[0]: account for account in found}

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def _named(url: str, database: str) -> str:
    return re.sub(r"/[^/]*$", f"/{database}", url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

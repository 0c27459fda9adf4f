"""What `serve` and `demo` need in the environment before the settings are read, and before anything starts."""

import argparse
import json
import os
import socket
from collections.abc import Sequence
from pathlib import Path

DEFAULT_PORT = 8000
SERVED = "served.json"


class CannotServe(Exception):
    """The service cannot be served as asked; the message says why, in plain words."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `serve`."""
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or DEFAULT_PORT))


def prepare(arguments: Sequence[str]) -> None:
    """Set defaults for `manage.py <arguments>`. Raises `CannotServe` when the port of `serve` is taken.

    On the embedded servers the demonstration is on unless DEMO says otherwise; where an operator names a
    database it is off unless DEMO says otherwise.
    """
    command = arguments[0] if arguments else ""
    if command not in {"serve", "demo"} or {"--help", "-h"} & set(arguments):
        return
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("DEMO", "1")
    if command == "demo":
        if url := _served_url():
            os.environ.setdefault("SITE_URL", url)
        return
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    port = parser.parse_known_args(arguments[1:])[0].port
    host = os.environ.setdefault("HOST", "127.0.0.1")
    require_free(host, port)
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104
    os.environ.setdefault("SITE_URL", f"http://{name}:{port}")
    os.environ.setdefault("ALLOWED_HOSTS", ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", name])))


def require_free(host: str, port: int) -> None:
    """Raise `CannotServe` unless this process could listen there now."""
    if not 0 < port < 65536:
        raise CannotServe(f"{port} is not a port: choose one from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotServe(f"Port {port} is reserved to the administrator: choose one above 1023.") from error
        except OSError as error:
            raise CannotServe(
                f"Port {port} of {host} is taken by another program (or is not ours): try `make run PORT={port + 1}`."
            ) from error


def _served_url() -> str:
    from portal.embedded.life import VAR

    try:
        return json.loads((Path(VAR) / SERVED).read_text())["url"]
    except (OSError, ValueError, KeyError):
        return ""

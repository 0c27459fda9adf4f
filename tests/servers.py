"""A pytest plugin, loaded before the settings are read: the embedded servers, and an environment for tests."""

import os
import tempfile
from pathlib import Path

from portal.embedded import join_unless_named

join_unless_named()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
NUMBER = int(WORKER.removeprefix("gw"))
SCRATCH = Path(tempfile.mkdtemp(prefix=f"plein-gre-test-{WORKER}-"))

# Each worker has a Valkey database of its own, far from the one that `make run` uses.
os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{20 + NUMBER}"
os.environ["STORAGE_ROOT"] = str(SCRATCH / "files")
os.environ["STATIC_ROOT"] = str(SCRATCH / "static")
(SCRATCH / "static").mkdir()
os.environ["EMAIL_URL"] = "memorymail://"
os.environ.setdefault("DEMO", "0")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ["CONN_MAX_AGE"] = "0"

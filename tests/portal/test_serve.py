"""`manage.py serve`: one command starts everything, and nothing of it is left afterwards."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from portal.serving import before, children
from portal.serving.children import Child
from tests.portal.running import Service, free_port, manage, none_left, processes_of, served


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `var/` that does not exist yet, as after a clone."""
    return tmp_path_factory.mktemp("clone") / "var"


@pytest.fixture(scope="module")
def first_life(var: Path):
    """One start from nothing, looked at, then told to stop; what was seen."""
    seen = {}
    with served(var) as service:
        seen["ready"] = service.get("/readyz")
        seen["alive"] = service.get("/healthz")
        seen["home"] = service.get("/")
        seen["demonstration"] = service.get("/demonstration/")
        seen["port taken"] = manage(var, "serve", "--port", str(service.port))
        seen["accounts"] = manage(var, "demo", "--json")
        seen["working"] = processes_of(var)
        service.process.send_signal(signal.SIGTERM)
        seen["status"] = service.process.wait(30)
        seen["left"] = none_left(var, seconds=0)
        seen["said"] = service.said
        seen["url"] = f"http://localhost:{service.port}"
    return seen


def test_a_fresh_clone_is_served_and_every_part_answers(first_life) -> None:
    status, body = first_life["ready"]
    assert status == 200
    assert json.loads(body) == {"database": "ok", "broker": "ok", "worker": "ok", "storage": "ok"}
    assert first_life["alive"] == (200, "ok\n")


def test_the_home_page_says_that_it_is_a_demonstration_and_leads_to_its_people(first_life) -> None:
    assert 'href="/demonstration/"' in first_life["home"][1]
    assert "karim@demo.example" in first_life["demonstration"][1]


def test_the_terminal_tells_the_address_and_the_accounts(first_life) -> None:
    assert first_life["url"] in first_life["said"]
    assert "odette@demo.example" in first_life["said"]
    assert "Traceback" not in first_life["said"]
    assert "ERROR" not in first_life["said"]


def test_demo_json_in_another_terminal_gives_the_address_that_is_served(first_life) -> None:
    answer = first_life["accounts"]
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["url"] == first_life["url"]


def test_a_port_that_is_taken_is_said_plainly(first_life) -> None:
    answer = first_life["port taken"]
    assert answer.returncode == 1
    assert "is taken by another program" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_sigterm_stops_everything(first_life) -> None:
    names = " ".join(first_life["working"])
    for part in ("gunicorn", "celery", "postgres", "valkey"):
        assert part in names
    assert first_life["status"] == 0
    assert first_life["left"] == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("celery beat", "The clock ended"),
        pytest.param("celery worker", "The worker ended", marks=pytest.mark.long),
        pytest.param("gunicorn", "The web server ended", marks=pytest.mark.long),
    ],
)
def test_a_second_start_is_quick_and_a_part_that_dies_brings_the_service_down(
    first_life, var: Path, part: str, words: str
) -> None:
    began = time.monotonic()
    with served(var) as service:
        assert time.monotonic() - began < 120  # about 5 s when the machine is ours alone
        os.kill(_leader(service, part), signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert words in service.said
        assert none_left(var) == []


@pytest.mark.long
def test_kill_9_leaves_nothing(first_life, var: Path) -> None:
    with served(var) as service:
        service.process.kill()
        service.process.wait(10)
        assert none_left(var) == []


def _leader(service: Service, part: str) -> int:
    (found,) = (pid for pid, words in _kids(service).items() if set(part.split()) <= set(words))
    return found


def _kids(service: Service) -> dict[int, list[str]]:
    kids = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    return {int(pid): Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in kids}


def test_the_port_is_checked_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = manage(tmp_path / "var", "serve", "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 1
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", [0, 70000, -1])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(before.CannotServe, match="not a port"):
        before.require_free("127.0.0.1", port)


def test_an_operator_who_names_a_database_gets_no_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO", "SITE_URL", "HOST", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db.example/pleingre")
    before.prepare(["serve", "--port", str(free_port())])
    assert "DEMO" not in os.environ
    monkeypatch.delenv("DATABASE_URL")
    before.prepare(["serve", "--port", str(free_port())])
    assert os.environ["DEMO"] == "1"


def test_what_a_child_left_in_its_group_is_ended_too(tmp_path: Path) -> None:
    child = Child("a shell", ["/bin/sh", "-c", "trap '' TERM; sleep 60 & echo $! > pid; exec sleep 0"])
    child.start(tmp_path)
    child.process.wait(10)
    orphan = int((tmp_path / "pid").read_text())
    children.stop([child])
    end = time.monotonic() + 5
    while Path(f"/proc/{orphan}").exists() and "Z" not in Path(f"/proc/{orphan}/stat").read_text():
        assert time.monotonic() < end
        time.sleep(0.02)

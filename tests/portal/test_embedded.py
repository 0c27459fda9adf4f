"""The embedded servers: shared by all who need them, gone with the last, whatever happened before."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from portal.embedded import processes, valkey
from tests.portal.running import environment, manage, none_left, processes_of, start

ASK = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT 1'); print('it answers', flush=True)"
STAY = f"{ASK}; import time; time.sleep(120)"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One `var/`, used by the tests of this file in turn: what one leaves is what the next finds."""
    return tmp_path_factory.mktemp("embedded") / "var"


def ask(var: Path) -> subprocess.CompletedProcess[str]:
    """Use the database once, and leave."""
    answer = manage(var, "shell", "--no-imports", "-c", ASK)
    assert answer.stdout.strip() == "it answers", answer.stderr
    return answer


def stay(var: Path) -> "subprocess.Popen[str]":
    """Use the database, and stay."""
    said = var.parent / "said.txt"
    said.unlink(missing_ok=True)
    process = start(var, "shell", "--no-imports", "-c", STAY)
    end = time.monotonic() + 60
    while "it answers" not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < end, said.read_text()
        time.sleep(0.02)
    return process


def finish(process: "subprocess.Popen[str]", number: int) -> None:
    process.send_signal(number)
    process.wait(30)


def test_many_at_once_start_one_server_and_the_last_stops_it(var: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK], cwd=settings.BASE_DIR,
            env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert {process.communicate(timeout=120)[0].strip() for process in started} == {"it answers"}
    assert none_left(var) == []


def test_whoever_leaves_does_not_stop_it_for_another(var: Path) -> None:
    first = stay(var)
    ports = (var / "ports.json").read_text()
    ask(var)
    assert valkey.is_running(var / "valkey")
    assert (var / "ports.json").read_text() == ports
    finish(first, signal.SIGTERM)
    assert none_left(var) == []


def test_kill_9_of_the_last_user_leaves_no_server(var: Path) -> None:
    finish(stay(var), signal.SIGKILL)
    assert none_left(var) == []


def test_kill_9_of_everything_is_mended_by_the_next_start(var: Path) -> None:
    user = stay(var)
    for pid in [*processes.working_in(var / "postgres", "postgres"), *processes.working_in(var / "valkey", "valkey")]:
        os.kill(pid, signal.SIGKILL)
    finish(user, signal.SIGKILL)
    assert none_left(var) == []
    ask(var)
    assert none_left(var) == []


def test_a_stale_process_id_that_is_somebody_elses_by_now_is_no_obstacle(var: Path) -> None:
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var / 'postgres'}\n")
    ask(var)


def test_what_a_start_that_was_cut_short_left_is_done_again(var: Path) -> None:
    (var / "bootstrapped").unlink()  # the roles are there, the mark is not
    (var / "secrets.json.half").write_text('{"PASSW')
    (var / "postgres.half").mkdir()
    ask(var)


def test_one_server_killed_is_brought_back_for_all(var: Path) -> None:
    user = stay(var)
    for pid in processes.working_in(var / "valkey", "valkey"):
        os.kill(pid, signal.SIGKILL)
    ask(var)
    assert valkey.is_running(var / "valkey")
    finish(user, signal.SIGTERM)
    assert none_left(var) == []


def test_secrets_are_for_their_owner_only(var: Path) -> None:
    for name in ("secrets.json", "master-keyset.json", "ports.json"):
        assert (var / name).stat().st_mode & 0o077 == 0
    assert [path for path in (var / "valkey").rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from portal.embedded.processes import die_with; parent = os.getpid()\n"
        "if os.fork() == 0: die_with(parent); open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)\n"
        "else: time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "pid")], cwd=settings.BASE_DIR)
    end = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < end
        time.sleep(0.02)
    finish(parent, signal.SIGKILL)
    assert none_left(tmp_path, seconds=5) == []
    assert processes_of(tmp_path) == []

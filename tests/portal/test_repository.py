"""The repository tells the truth about itself."""

import re
import subprocess
import tomllib
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
# Read by packages under these names, without any word of ours that says so.
READ_BY_PACKAGES = ("account/", "allauth/", "mfa/")


@cache
def kept() -> list[Path]:
    """The files of the repository, and those that are about to be."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for name in names if (path := ROOT / name).is_file()]


def texts(*endings: str) -> dict[Path, str]:
    """The text of each file whose name ends so."""
    return {path: path.read_text() for path in kept() if path.name.endswith(endings)}


def is_named(name: str, words: str) -> bool:
    """Whether code or another template names this one: whole, by its folder and its name, or with a variable part."""
    folder, _, last = name.rpartition("/")
    if re.search(rf"[\"']{re.escape(name)}[\"']", words):
        return True
    if f'"{folder}/"' in words and f'"{last}"' in words:
        return True
    variable = re.findall(rf'f"({re.escape(folder)}/[^"]*\{{[^"]*)"', words)
    return any(re.fullmatch(re.sub(r"\\\{.*?\\\}", r"[\\w-]+", re.escape(each)), name) for each in variable)


def test_every_template_is_used() -> None:
    words = "\n".join(text for path, text in texts(".py", ".html", ".txt").items() if "tests" not in path.parts)
    names = [str(path.relative_to(TEMPLATES)) for path in kept() if TEMPLATES in path.parents]
    assert len(names) > 50
    assert [name for name in names if not name.startswith(READ_BY_PACKAGES) and not is_named(name, words)] == []


def test_the_readme_names_the_commands_and_they_exist() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for target in ("run", "test", "install", "lint", "bench", "trials", "story", "clean"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_readme_gives_the_password_and_each_account_of_the_demonstration() -> None:
    from portal.demo import cast

    readme = (ROOT / "README.md").read_text()
    assert f"`{cast.PASSWORD}`" in readme
    assert [account.email for account in cast.ACCOUNTS if account.email not in readme] == []


def test_documents_lead_to_files_that_exist() -> None:
    for path, text in texts(".md").items():
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (path.parent / target).exists(), f"{path.name} leads to {target}"


def test_documents_name_files_that_exist() -> None:
    for path, text in texts(".md").items():
        for name in re.findall(r"`((?:portal|consent|assistance|records|scripts|docs|static)/[\w./-]+\.\w+)`", text):
            assert (ROOT / name).exists() or (TEMPLATES / name).exists(), f"{path.name} names {name}"


def test_nothing_names_a_path_of_one_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
    found = [
        str(path)
        for path, text in texts(".md", ".py", ".html", ".toml", ".in", "Makefile").items()
        if machine.search(text)
    ]
    assert found == []


def test_every_pinned_package_carries_its_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        logical = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
        pins = [line for line in logical if re.match(r"[\w.-]+(\[|==)", line)]
        assert len(pins) > 5
        assert [line.split()[0] for line in pins if "--hash=sha256:" not in line] == []
        assert [line for line in logical if "://" in line] == []


def test_every_package_we_ask_for_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text().splitlines():
            if (package := re.match(r"[\w-]+", line)) and not line.startswith("-"):
                assert f"\n| {package.group()} |" in reasons, package.group()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=StringIO())


def test_the_licence_is_whole_and_named() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"] == "AGPL-3.0-or-later"
    text = (ROOT / "LICENSE").read_text()
    assert text.lstrip().startswith(
        "GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3, 19 November 2007"
    )
    assert "END OF TERMS AND CONDITIONS" in text

"""What the trials of the mail room share: clerks, scans that arrive, and forms sent as a browser sends them."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistance.models import Counter, Mail
from assistance.roles import Service, join_service
from consent import outbox
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.assistance.scans.papers import png, sheet
from tests.cast import PASSWORD

AICHA_TYPED = {
    "birth_name": "Ben Saïd", "first_names": "Aïcha", "birth_date": "30/11/1988", "sex": "F", "birth_place": "99351",
}  # fmt: skip
AICHA_AT = {
    "address": "12 rue des Moulins", "postcode": "23000", "town": "Guéret", "channel": "post",
    "reminders": "no", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on",
}  # fmt: skip
ODETTE_TYPED = {
    "birth_name": "garnier", "first_names": "ODETTE MARIE", "birth_date": "12/03/1945", "sex": "F",
    "birth_place": "23031",
}  # fmt: skip


def staff(email: str, name: str) -> User:
    """An account with a second factor."""
    user = create_account(email, PASSWORD)
    user.name = name
    user.save()
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def claire(db: None) -> User:
    """Claire, a clerk."""
    user = staff("claire@courrier.exemple.fr", "Claire Vidal")
    join_service(user, Service.MAIL)
    return user


@pytest.fixture
def denis(db: None) -> User:
    """Denis, another clerk."""
    user = staff("denis@courrier.exemple.fr", "Denis Roux")
    join_service(user, Service.MAIL)
    return user


@pytest.fixture
def desk(claire: User, sign_in: Callable[[User], Client]) -> Client:
    """Claire's browser."""
    return sign_in(claire)


@pytest.fixture
def boussac(db: None) -> Counter:
    """A counter that holds mandates."""
    return Counter.objects.create(
        number=137, name="Boussac", postcode="23600", town="BOUSSAC", insee="23031", department="23",
        town_key="boussac", search_text="boussac",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def own_store(tmp_path: Any, settings: Any) -> Any:
    """A file store of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def upload(data: bytes, name: str = "scan.png") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, data)


def paper(*texts: str) -> SimpleUploadedFile:
    """A scanned page with these codes on it."""
    return upload(png(sheet(*texts)))


def today() -> str:
    """Today, as one writes it."""
    return f"{timezone.localdate():%d/%m/%Y}"


def post_paper(desk: Client, *texts: str) -> UUID:
    """A paper arrives and is taken; the id of its mail."""
    assert desk.post("/service/courrier/", {"received_on": today(), "scans": paper(*texts)}).status_code == 303
    mail_id = mail_ids()[-1]
    assert desk.post(f"/service/courrier/{mail_id}/prendre/").status_code == 303
    return mail_id


def mail_ids() -> list[UUID]:
    """All mails in the order of their arrival, whoever they are about."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mail_id FROM mail_in('waiting', 1000, 0)")
        return [row[0] for row in cursor.fetchall()]


def mail_of(mail_id: UUID) -> Mail:
    """The mail as it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM mail_person(%s)", [mail_id])
        person_id = cursor.fetchone()[0]
    with opened(person_id):
        return Mail.objects.get(pk=mail_id)


def deliver_all() -> None:
    """What the worker would do, now."""
    for _ in range(5):
        with connection.cursor() as cursor:
            cursor.execute("SELECT item_id, person_id FROM outbox_due(%s, 500)", [timezone.now() + timedelta(hours=1)])
            due = cursor.fetchall()
        for item_id, person_id in due:
            with opened(person_id):
                topic = outbox.OutboxItem.objects.get(pk=item_id).topic
            if topic != "print":
                outbox.deliver(item_id, person_id)


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the first form for the act."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', response.content.decode())
    fields = {}
    for tag in found:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return fields


def key_in(desk: Client, url: str, answers: dict[str, str]) -> dict[str, str]:
    """Fill the act's form and come to its check page; what confirms it."""
    form = desk.get(url)
    assert form.status_code == 200, form.status_code
    check = desk.post(url, {**hidden(form), **answers})
    assert check.status_code == 200, check.content.decode()
    return {**hidden(check), "step": "confirm"}


def do(desk: Client, url: str, answers: dict[str, str]) -> Any:
    """Fill, check and confirm the act of a mail; the last answer."""
    return desk.post(url, key_in(desk, url, answers))

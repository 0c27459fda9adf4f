"""The team of a counter: invited by its manager, joined by a link, left at once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assistance import team
from assistance.models import Counter, CounterRole, Invitation
from assistance.roles import CounterRight, has_right, join, role_of
from portal.accounts.user import User, create_account

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase de passe longue"
AGENT = {"name": "Karim", "email": "karim@boussac.example", "role": "agents"}


@pytest.fixture
def boussac(db: None) -> Counter:
    """The counter of the story."""
    return Counter.objects.create(
        number=137, name="Boussac", town="BOUSSAC", postcode="23600", department="23", insee="23031"
    )


@pytest.fixture
def manager(boussac: Counter) -> User:
    """The manager of the counter."""
    user = create_account("responsable@boussac.example", PASSWORD, "Louise")
    join(user, boussac, CounterRole.MANAGER)
    return user


@pytest.fixture
def desk(manager: User) -> Client:
    """A browser where the manager is signed in, with a second factor."""
    return signed_in(manager)


@pytest.fixture
def sent(desk: Client) -> str:
    """The path of the link that Karim was sent."""
    desk.post(team_url(), AGENT)
    return link_in(mail.outbox[-1].body)


def signed_in(user: User) -> Client:
    """A browser where this account is signed in, with a second factor."""
    TOTP.activate(user, generate_totp_secret())
    browser = Client()
    browser.force_login(user, backend="portal.accounts.backend.EmailBackend")
    return browser


def team_url() -> str:
    """The page of the team of Boussac."""
    return reverse("assistance:team", args=[137])


def link_in(text: str) -> str:
    """The path of the invitation in an e-mail."""
    found = re.search(r"(/guichet/invitation/\S+)", text)
    assert found
    return found[1]


def new_account(**changes: str) -> dict[str, str]:
    """What Karim types behind the link."""
    return {"name": "Karim B.", "password": PASSWORD, "again": PASSWORD, **changes}


def test_the_invited_agent_gets_an_account_joins_and_sets_up_a_second_factor(
    sent: str, client: Client, boussac: Counter
) -> None:
    assert client.get(sent).status_code == 200
    answer = client.post(sent, new_account())
    assert answer.headers["Location"] == reverse("mfa_activate_totp")
    karim = User.objects.by_email("karim@boussac.example")
    assert (karim.name, role_of(karim, boussac)) == ("Karim B.", CounterRole.AGENT)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_link_works_once(sent: str, client: Client) -> None:
    client.post(sent, new_account())
    assert Client().get(sent).status_code == 410
    assert Client().post(sent, new_account(password="autre phrase de passe")).status_code == 410
    assert User.objects.count() == 2


def test_a_link_works_for_seven_days(sent: str, client: Client) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(sent).status_code == 410
    assert client.post(sent, new_account()).status_code == 410
    assert not User.objects.by_email("karim@boussac.example")
    assert Invitation().expires_at - timezone.now() == pytest.approx(timedelta(days=7), abs=timedelta(minutes=1))


def test_a_link_that_was_never_sent_is_not_found_and_says_the_same(sent: str, client: Client) -> None:
    unknown = client.get(reverse("assistance:invitation", args=["x" * 43]))
    Invitation.objects.update(expires_at=timezone.now())
    over = client.get(sent)
    assert (unknown.status_code, over.status_code) == (404, 410)
    assert "demandez une nouvelle invitation" in unknown.content.decode()
    assert "demandez une nouvelle invitation" in over.content.decode()


def test_a_cancelled_link_no_longer_works(sent: str, desk: Client, client: Client) -> None:
    invitation = Invitation.objects.get()
    desk.post(reverse("assistance:team-invitation-cancel", args=[137, invitation.pk]))
    assert client.get(sent).status_code == 410


def test_inviting_again_replaces_the_first_link_but_a_double_click_does_not(
    sent: str, desk: Client, client: Client
) -> None:
    desk.post(team_url(), AGENT)
    assert len(mail.outbox) == 1
    Invitation.objects.update(created_at=timezone.now() - timedelta(hours=1))
    desk.post(team_url(), AGENT)
    assert client.get(sent).status_code == 410
    assert client.get(link_in(mail.outbox[-1].body)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password": "court", "again": "court"}, "12"),
        ({"again": "autre chose de long"}, "ne sont pas les mêmes"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_a_mistake_makes_no_account_and_shows_no_password(
    sent: str, client: Client, changes: dict[str, str], message: str
) -> None:
    page = client.post(sent, new_account(**changes))
    assert message in page.content.decode()
    assert PASSWORD not in page.content.decode()
    assert User.objects.count() == 1


def test_someone_who_has_an_account_signs_in_first_then_joins(sent: str, client: Client, boussac: Counter) -> None:
    karim = create_account("karim@boussac.example", PASSWORD, "Karim")
    assert "Vous avez déjà un compte" in client.get(sent).content.decode()
    client.post(sent, new_account())
    assert role_of(karim, boussac) is None
    browser = signed_in(karim)
    browser.post(sent)
    assert role_of(karim, boussac) == CounterRole.AGENT


def test_a_link_opened_in_the_browser_of_someone_else_joins_nobody(sent: str, desk: Client, manager: User) -> None:
    assert "pour une autre adresse" in desk.get(sent).content.decode()
    desk.post(sent, new_account())
    assert User.objects.count() == 1
    assert Invitation.objects.get().is_open


def test_neither_the_token_nor_the_address_is_kept_in_clear(sent: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT assistance_invitation::text FROM assistance_invitation")
        row = cursor.fetchone()[0]
    token = sent.rstrip("/").rsplit("/", 1)[-1]
    for secret in (token, "karim", "Karim"):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_a_link_that_still_works_is_never_written_in_the_log(
    sent: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get(sent)
    client.post(sent, new_account(password="court"))
    assert sent not in caplog.text


def test_the_name_and_address_are_forgotten_once_the_invitation_is_over(sent: str, client: Client) -> None:
    assert Invitation.objects.get().email == "karim@boussac.example"
    client.post(sent, new_account())
    assert (Invitation.objects.get().email, Invitation.objects.get().name) == ("", "")


def test_expired_invitations_are_emptied(sent: str) -> None:
    assert team.forget_over() == 0
    Invitation.objects.update(expires_at=timezone.now())
    assert team.forget_over() == 1
    assert Invitation.objects.get().email == ""


def test_an_agent_may_not_see_the_team_and_a_stranger_may_not_know_of_it(boussac: Counter) -> None:
    karim = create_account("karim@boussac.example", PASSWORD)
    browser = signed_in(karim)
    assert browser.get(team_url()).status_code == 404
    join(karim, boussac)
    assert browser.get(team_url()).status_code == 403
    assert browser.post(team_url(), AGENT).status_code == 403
    assert not mail.outbox


def test_the_team_page_asks_for_a_second_factor(manager: User, client: Client) -> None:
    client.force_login(manager, backend="portal.accounts.backend.EmailBackend")
    assert client.get(team_url()).headers["Location"] == reverse("mfa_activate_totp")


def test_removing_an_agent_takes_effect_at_once(desk: Client, boussac: Counter) -> None:
    karim = create_account("karim@boussac.example", PASSWORD, "Karim")
    join(karim, boussac)
    assert "Karim" in desk.get(team_url()).content.decode()
    page = reverse("assistance:team-remove", args=[137, karim.pk])
    assert "Retirer Karim" in desk.get(page).content.decode()
    assert has_right(karim, CounterRight.ASSIST, boussac)
    desk.post(page)
    assert not has_right(karim, CounterRight.ASSIST, boussac)
    assert desk.post(page).status_code == 404


def test_the_last_manager_stays(desk: Client, manager: User, boussac: Counter) -> None:
    answer = desk.post(reverse("assistance:team-remove", args=[137, manager.pk]))
    assert answer.status_code == 409
    assert role_of(manager, boussac) == CounterRole.MANAGER


def test_someone_of_the_team_is_not_invited_twice(desk: Client, boussac: Counter) -> None:
    join(create_account("karim@boussac.example", PASSWORD), boussac)
    page = desk.post(team_url(), AGENT)
    assert page.status_code == 400
    assert "fait déjà partie" in page.content.decode()


def test_no_role_is_chosen_beforehand_and_nothing_typed_is_lost(desk: Client) -> None:
    assert " checked" not in desk.get(team_url()).content.decode()
    page = desk.post(team_url(), {"name": "Karim", "email": "pas une adresse"})
    assert page.status_code == 400
    assert 'value="pas une adresse"' in page.content.decode()


def test_when_the_mail_cannot_leave_nothing_is_kept(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = desk.post(team_url(), AGENT)
    assert "L’e-mail n’a pas pu partir" in page.content.decode()
    assert not Invitation.objects.exists()


def test_the_team_page_costs_the_same_for_one_agent_and_for_ten(
    desk: Client, boussac: Counter, django_assert_max_num_queries: Callable
) -> None:
    for number in range(10):
        join(create_account(f"agent{number}@boussac.example", PASSWORD), boussac)
    with django_assert_max_num_queries(12):
        desk.get(team_url())

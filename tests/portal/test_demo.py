"""The demonstration: invented people with known passwords, where DEMO is on and nowhere else."""

import json
from io import StringIO

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.urls import reverse

from assistance.models import Counter
from assistance.roles import CounterRight, has_right, is_auditor, is_clerk
from consent.models import Consent, Establishment, Person, Professional, Purpose, Space
from consent.models.directory import luhn_is_valid, rpps_is_valid
from consent.traits import nir_is_valid
from consent.wall import opened
from portal.accounts.user import User
from portal.demo import cast, codes

pytestmark = pytest.mark.django_db
PAGE = "/demonstration/"


@pytest.fixture
def public_data(db: None) -> None:
    call_command("load_counters", stdout=StringIO())
    call_command("load_notices", stdout=StringIO())


@pytest.fixture
def demo(public_data: None, settings) -> dict:
    """The demonstration, loaded; what `--json` says of it."""
    settings.DEMO = True
    return load()


def load() -> dict:
    out = StringIO()
    call_command("demo", "--json", stdout=out)
    return json.loads(out.getvalue())


def rows() -> dict[str, int]:
    """How many rows each table holds, as `app` sees them without any wall open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def test_json_gives_each_account_with_its_code_of_the_moment(demo) -> None:
    assert demo["url"].startswith("http")
    assert {a["role"] for a in demo["accounts"]} == {
        "person", "agent", "manager", "clerk", "auditor", "professional",
    }  # fmt: skip
    for account in demo["accounts"]:
        assert {"role", "email", "password", "totp_secret", "person"} <= set(account)
        assert bool(account["totp_secret"]) == (account["role"] != "person")


def test_each_account_signs_in_with_what_json_says_and_lands_where_it_belongs(demo) -> None:
    for account in demo["accounts"]:
        browser = Client()
        answer = browser.post(reverse("account_login"), {"login": account["email"], "password": account["password"]})
        assert answer.status_code == 302, account["email"]
        if account["totp_secret"]:
            assert answer.headers["Location"] == reverse("mfa_authenticate")
            code = codes.current(account["totp_secret"]).now
            answer = browser.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.headers["Location"] == reverse("portal:after-sign-in"), account["email"]
        assert "_auth_user_id" in browser.session


def test_a_code_of_the_demonstration_is_that_of_an_authenticator() -> None:
    # RFC 6238, appendix B: the SHA-1 test vector at 59 seconds, cut to six digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    found = codes.current(secret, at=59)
    assert (found.now, found.seconds) == ("287082", 1)
    assert codes.current(secret, at=60).now == found.then


def test_the_recovery_codes_open_the_account_too(demo) -> None:
    karim = User.objects.by_email("karim@demo.example")
    listed = next(a for a in demo["accounts"] if a["email"] == "karim@demo.example")["recovery_codes"]
    assert RecoveryCodes.activate(karim).validate_code(listed[0])
    assert TOTP(karim.authenticator_set.get(type="totp")).validate_code(codes.current(cast.ACCOUNTS[0].totp_secret).now)


def test_agents_serve_their_counter_alone_and_the_service_has_its_people(demo) -> None:
    boussac, aubusson = Counter.objects.get(number=137), Counter.objects.get(number=755)
    user = {a.key: User.objects.by_email(a.email) for a in cast.ACCOUNTS}
    for key in ("karim", "nadege", "louise"):
        assert has_right(user[key], CounterRight.ASSIST, boussac)
        assert not has_right(user[key], CounterRight.ASSIST, aubusson)
    assert has_right(user["louise"], CounterRight.MANAGE, boussac)
    assert not has_right(user["karim"], CounterRight.MANAGE, boussac)
    assert has_right(user["thomas"], CounterRight.ASSIST, aubusson)
    assert not has_right(user["thomas"], CounterRight.ASSIST, boussac)
    assert [key for key in user if is_clerk(user[key])] == ["nadia"]
    assert [key for key in user if is_auditor(user[key])] == ["paul"]


def test_the_story_starts_with_nothing_of_odette_and_with_what_rose_chose(demo) -> None:
    odette, rose = (User.objects.by_email(f"{key}@demo.example") for key in ("odette", "rose"))
    assert odette.person_id is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT find_confirmed_person(%s)", [cast.ODETTE.traits.traits_index()])
        assert cursor.fetchone() == (None,)
    with opened(rose.person_id):
        assert Space.objects.get(pk=rose.person_id).state == "open"
        assert Person.objects.get(pk=rose.person_id).traits == cast.ROSE.traits
        purposes = Consent.objects.filter(person_id=rose.person_id).values_list("purpose", flat=True)
        assert set(purposes) == {Purpose.SPACE, Purpose.REMINDERS}


def test_loading_twice_changes_nothing_but_gives_the_known_password_back(demo) -> None:
    before = rows()
    karim = User.objects.by_email("karim@demo.example")
    karim.set_password("autre chose de long")
    karim.save()
    load()
    assert rows() == before
    karim.refresh_from_db()
    assert karim.check_password(cast.PASSWORD)


def test_the_directory_is_marked_as_invented_and_its_numbers_are_nobodys(demo) -> None:
    assert not Professional.objects.filter(invented=False).exists()
    assert not Establishment.objects.filter(invented=False).exists()
    for one in Professional.objects.all():
        assert rpps_is_valid(one.rpps)
        assert one.rpps.startswith("000")
    for one in Establishment.objects.all():
        assert luhn_is_valid(one.finess)
        assert one.finess.startswith("000")
    assert nir_is_valid(cast.ODETTE.traits.nir)


def test_a_real_professional_is_never_made_an_invented_one(public_data, settings) -> None:
    settings.DEMO = True
    Professional.objects.create(rpps=cast.PROFESSIONALS[0]["rpps"], name="Dr Réelle", profession="Médecin")
    with pytest.raises(CommandError, match="not for a demonstration"):
        load()
    assert not User.objects.exists()


def test_it_is_never_loaded_where_demo_is_off(public_data, settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is not set"):
        load()
    assert not User.objects.exists()
    assert not Professional.objects.exists()


def test_its_page_does_not_exist_where_demo_is_off(client: Client, settings) -> None:
    settings.DEMO = False
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/").content.decode()


def test_where_demo_is_off_an_account_of_the_demonstration_is_an_error_of_deployment(demo, settings) -> None:
    call_command("check", "--database", "default", deploy=True, stdout=StringIO(), stderr=StringIO())
    settings.DEMO = False
    with pytest.raises(SystemCheckError, match=r"portal\.E001"):
        call_command("check", "--database", "default", deploy=True, stdout=StringIO(), stderr=StringIO())


def test_what_it_needs_is_asked_for_plainly(db: None, settings) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_counters"):
        load()


def test_the_page_says_who_can_be_played_with_which_code_and_what_to_type(demo, client: Client) -> None:
    page = client.get(PAGE).content.decode()
    for account in cast.ACCOUNTS:
        assert account.email in page
        if account.totp_secret:
            assert codes.current(account.totp_secret).then in page or codes.current(account.totp_secret).now in page
    for words in (cast.PASSWORD, "12/03/1945", "23031", "245032303112346", "00010000016", "4K7", "Perrin", "Lagrange"):
        assert words in page
    assert PAGE in client.get("/").content.decode()


def test_the_page_asks_the_database_for_nothing(client: Client, settings, django_assert_num_queries) -> None:
    settings.DEMO = True
    with django_assert_num_queries(0):
        assert client.get(PAGE).status_code == 200

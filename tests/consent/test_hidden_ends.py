"""What is hidden stays hidden when it ends, is given anew, or its row goes: no count, no name, and no line missing beside."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from consent import emergency, retention, same_time, sharing
from consent.models import CareTeam, EmergencyAccess, Grant, Hidden, ShareCode
from consent.models.emergency import Finding
from consent.wall import opened
from tests.assistance.conftest import paul  # noqa: F401
from tests.consent.conftest import check, confirm, does
from tests.family import account_of, hides
from tests.records.conftest import dr_ferrand  # noqa: F401

pytestmark = pytest.mark.django_db
TERMS = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}
CODE = {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def quiet(noe, jeanne, dr_lemoine) -> Grant:
    """The access of Dr Lemoine, which Noé hides from his mother."""
    does(noe, "grant.give", {"reader_number": dr_lemoine.rpps, **TERMS})
    with opened(noe.person.id):
        grant = Grant.objects.get()
    hides(noe, grant.pk)
    return grant


@pytest.fixture
def seen(jeanne, mother):
    """What his mother reads there, as a text."""

    def look(page: str = "trace/") -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", mother.get(jeanne.at(page)).content.decode()).split())

    return look


def opened_in_an_emergency(noe, doctor) -> EmergencyAccess:
    does(noe, "emergency.allow", {"wish": True})
    access = emergency.open_access(account_of(doctor), noe.person.traits, "Malaise au lycée, inconscient.")
    with opened(noe.person.id):
        return EmergencyAccess.objects.get(pk=access)


# -- What ends together ---------------------------------------------------------------------------------------


def test_a_visible_access_taken_back_with_a_hidden_one_leaves_its_line(noe, quiet, dr_ferrand, seen):  # noqa: F811
    does(noe, "grant.give", {"reader_number": dr_ferrand.rpps, **TERMS})
    assert "Dr Hugo Ferrand" in seen("")
    does(noe, "grant.revoke-others", {"kept": []})
    assert "Dr Hugo Ferrand" not in seen("")
    assert "Accès retiré à : Dr Hugo Ferrand" in seen()
    assert "Lemoine" not in seen()


def test_closing_tells_of_the_accesses_that_are_not_hidden_and_of_no_number(
    noe, quiet, dr_ferrand, seen, sign_in  # noqa: F811
):  # fmt: skip
    does(noe, "grant.give", {"reader_number": dr_ferrand.rpps, **TERMS})
    own = sign_in(noe.user)
    does(noe, "space.close", {"way": "keep"})
    does(noe, "space.reopen", {"notice_read": True, "wish": True})
    told = seen()
    assert "Espace : fermé" in told
    assert "Accès retiré à : Dr Hugo Ferrand" in told
    assert "Lemoine" not in told
    assert re.search(r"Accès retirés? : \d", told) is None
    assert "Dr Claire Lemoine" in own.get("/mon-espace/trace/").content.decode()


@pytest.mark.parametrize("hidden", [True, False])
def test_forbidding_emergencies_tells_of_those_that_are_not_hidden(
    noe, quiet, dr_lemoine, dr_ferrand, seen, hidden  # noqa: F811
):  # fmt: skip
    opened_in_an_emergency(noe, dr_lemoine if hidden else dr_ferrand)
    does(noe, "emergency.forbid", {})
    told = seen()
    assert "Accès en cas d’urgence : interdit" in told
    assert ("Accès en cours auquel il est mis fin : Dr Hugo Ferrand" in told) is not hidden
    assert ("Accès en cours" in told) is not hidden
    assert "Lemoine" not in told


def test_suspending_and_resuming_tell_of_the_accesses_that_are_not_hidden(noe, quiet, dr_ferrand, seen):  # noqa: F811
    does(noe, "grant.give", {"reader_number": dr_ferrand.rpps, **TERMS})
    for code in ("space.suspend", "space.resume"):
        does(noe, code, {})
    told = seen()
    assert "Accès gardé, sans effet d’ici là : Dr Hugo Ferrand" in told
    assert "Accès qui court de nouveau : Dr Hugo Ferrand" in told
    assert "Lemoine" not in told


def test_a_hidden_access_that_a_representatives_block_ends_is_told_to_its_person_alone(
    noe, quiet, dr_lemoine, jeanne, mother, seen, sign_in
):
    url = jeanne.at("actes/block.add/")
    block = {"reader": dr_lemoine.rpps, "emergency_too": "no"}
    done = confirm(mother, url, check(mother, url, block))
    assert "Accès retirés 0" in " ".join(re.sub(r"<[^>]+>", " ", mother.get(done.url).content.decode()).split())
    own = sign_in(noe.user).get("/mon-espace/trace/").content.decode()
    assert "Accès que vous cachez, retiré par un blocage" in own
    told = seen()
    assert "Bloquer un professionnel" in told
    assert "que vous cachez" not in told
    with opened(noe.person.id):
        assert not Grant.objects.in_force().exists()


# -- What comes anew ------------------------------------------------------------------------------------------


def test_a_hidden_access_that_the_person_gives_anew_is_hidden_still(noe, quiet, dr_lemoine, seen):
    does(noe, "grant.revoke", {}, quiet.pk)
    does(noe, "grant.give", {"reader_number": dr_lemoine.rpps, **TERMS})
    with opened(noe.person.id):
        assert Hidden.objects.filter(grant=Grant.objects.in_force().get()).exists()
    assert "Lemoine" not in seen("") + seen()


def test_the_emergency_access_of_who_left_a_hidden_team_stays_hidden(
    noe, jeanne, dr_lemoine, dr_ferrand, seen  # noqa: F811
):  # fmt: skip
    does(noe, "care-team.compose", {"name": "Psy", "members": [dr_lemoine]})
    with opened(noe.person.id):
        team = CareTeam.objects.get()
    does(noe, "grant.give", {"reader_number": "", "team": str(team.pk), **TERMS})
    with opened(noe.person.id):
        grant = Grant.objects.get()
    opened_in_an_emergency(noe, dr_lemoine)
    pages = ("trace/", "actes/emergency.contest/")
    assert all("Lemoine" in seen(page) for page in pages)
    hides(noe, grant.pk)
    assert not any("Lemoine" in seen(page) for page in pages)
    does(noe, "care-team.change", {"members": [dr_ferrand]}, team.pk)
    assert not any("Lemoine" in seen(page) for page in pages)


# -- What is let go -------------------------------------------------------------------------------------------


def test_the_code_that_a_hidden_reader_used_is_kept_as_long_as_the_person_hides(noe, quiet, dr_lemoine, seen):
    does(noe, "share-code.create", CODE)
    with opened(noe.person.id):
        code = ShareCode.objects.get()
    assert sharing.use_code(account_of(dr_lemoine), code.code)
    later = timezone.now() + timedelta(days=60)
    retention.run(now=later)
    assert "Créer un code de partage" not in seen()
    does(noe, "representation.show", {"grants": [str(quiet.pk)], "categories": []})
    retention.run(now=later)
    with opened(noe.person.id):
        assert not ShareCode.objects.exists(), "nothing is hidden any more: it goes as others do"


def test_the_reviewed_emergency_access_of_a_hidden_reader_is_too(noe, quiet, dr_lemoine, paul, seen):  # noqa: F811
    access = opened_in_an_emergency(noe, dr_lemoine)
    assert emergency.reviewed(access.pk, paul, Finding.FAIR, "Le service de psychiatrie confirme.")
    retention.run(now=timezone.now() + timedelta(days=6 * 366))
    assert "psychiatrie" not in seen()
    with opened(noe.person.id):
        assert EmergencyAccess.objects.exists()

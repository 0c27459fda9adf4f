"""What is kept long enough goes, what is not stays, and the person sees it."""

from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from assistance.models import Counter, Invitation, Letter, LetterState, Mail, MailState, Mandate
from assistance.paper.codes import new_reference
from assistance.roles import Service, join_service
from consent import outbox, retention
from consent.acts.representation import represent
from consent.crypto import files
from consent.models import (
    Case,
    IdentityLevel,
    JournalEntry,
    LinkCode,
    OutboxItem,
    Person,
    Professional,
    Representation,
    Tombstone,
)
from consent.models.person import create_person
from consent.models.representation import EndReason, Kind
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.cast import JEANNE, PASSWORD, POSTAL, Patient
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db
NOW = timezone.now()
# What each rule must say, from the decision record and not from the code: days that a row is kept.
DAYS = {
    "cases": 5 * 365, "represented": 31, "share-codes": 31, "emergencies": 5 * 365, "link-codes": 31, "outbox": 30, "mandates-unsigned": 7, "mails": 5 * 365, "letters": 365,
    "printouts": 1, "invitations": 0, "accounts": 2 * 365, "sessions": 0,
    "signals": 5 * 365,
    "explanations": 5 * 365,
}  # fmt: skip


def apply(code: str) -> retention.Result:
    (rule,) = [rule for rule in retention.all_rules() if rule.code == code]
    return retention.apply(rule)


def events(patient: Patient) -> list[list[list[str]]]:
    with opened(patient.person.id):
        return [entry.details["facts"] for entry in JournalEntry.objects.filter(code="retention.removed")]


def test_every_rule_says_how_long_and_by_what_source():
    rules = {rule.code: rule for rule in retention.all_rules()}
    assert set(rules) == set(DAYS)
    for code, days in DAYS.items():
        assert days <= rules[code].kept.days <= days + 1, code
    for rule in rules.values():
        assert all(map(str, (rule.what, rule.kept_words, rule.source)))
        assert (rule.find is None) == (rule.remove is None)


def old_case(odette: Patient, years: float) -> None:
    does(odette, "rights.copy", {"extent": "all"})
    with opened(odette.person.id):
        case = Case.objects.latest("opened_at")
        case.advance("answered")
        case.outcome, case.answer, case.answered_at = "granted", "Voilà.", NOW - timedelta(days=365.3 * years)
        case.save()


def test_an_answered_case_goes_after_five_years_and_the_person_sees_that(odette: Patient):
    old_case(odette, 5.01)
    old_case(odette, 4.9)
    does(odette, "rights.copy", {"extent": "all"})
    assert apply("cases").rows == 1
    with opened(odette.person.id):
        assert Case.objects.count() == 2
    (facts,) = events(odette)
    assert ["Combien", "1"] in facts
    assert ["Gardé", "5 ans après la réponse"] in facts


def test_whoever_was_kept_for_a_case_alone_goes_with_it(odette: Patient):
    old_case(odette, 6)
    User.objects.update(person_id=None)
    apply("cases")
    while outbox.sweep(timedelta(0)):
        continue
    with opened(odette.person.id):
        assert not Person.objects.exists()
    assert Tombstone.objects.filter(person_id=odette.person.id).exists()


def old_account(email: str, **fields) -> User:
    user = create_account(email, PASSWORD, **fields)
    User.objects.filter(pk=user.pk).update(created_at=NOW - timedelta(days=800), last_login=NOW - timedelta(days=800))
    return user


def test_the_account_of_who_once_answered_is_emptied_and_stops_no_other(committed, odette: Patient):
    nobody, clerk = old_account("rien@exemple.fr"), old_account("claire@exemple.fr", name="Claire")
    TOTP.activate(clerk, generate_totp_secret())
    old_case(odette, 1)
    with opened(odette.person.id):
        Case.objects.update(answered_by=clerk)
    result = apply("accounts")
    assert (result.rows, result.failed) == (2, 0)
    assert not User.objects.filter(pk=nobody.pk).exists()
    clerk.refresh_from_db()
    assert (clerk.email, clerk.name, clerk.is_active, clerk.has_usable_password()) == ("", "", False, False)
    assert not clerk.authenticator_set.exists()
    with opened(odette.person.id):
        assert Case.objects.get().answered_by_id == clerk.pk
    assert User.objects.by_email("claire@exemple.fr") is None
    assert apply("accounts").rows == 0, "it is done once"


def test_the_account_of_a_professional_stays(dr_lemoine: Professional):
    old_account("lemoine@soins.exemple.fr", professional=dr_lemoine)
    assert apply("accounts").rows == 0


def link_code(owner, days: float) -> None:
    with opened(owner):
        LinkCode.objects.create(user_id=uuid4(), person_id=owner, asked_at=NOW - timedelta(days=days))


def test_codes_go_when_they_can_serve_no_more_decoys_alike(odette: Patient):
    decoy = uuid4()
    for owner in (odette.person.id, decoy):
        link_code(owner, 31.1)
        link_code(owner, 30)
    result = apply("link-codes")
    assert (result.rows, result.failed) == (2, 0)
    for owner in (odette.person.id, decoy):
        with opened(owner):
            assert LinkCode.objects.count() == 1
    assert events(odette) == []


def test_what_was_delivered_goes_and_what_waits_stays(odette: Patient):
    with opened(odette.person.id):
        for delivered_at in (NOW - timedelta(days=31), NOW - timedelta(days=29), None):
            OutboxItem.objects.create(
                topic="told", subject_id=uuid4(), person_id=odette.person.id, delivered_at=delivered_at,
                created_at=NOW - timedelta(days=60),
            )  # fmt: skip
    assert apply("outbox").rows == 1
    with opened(odette.person.id):
        assert OutboxItem.objects.filter(delivered_at__isnull=True).exists()


def settled_mail(odette: Patient, scan: str, years: float) -> None:
    with opened(odette.person.id):
        Mail.objects.create(
            reference=new_reference("CR"), person_id=odette.person.id, state=MailState.DONE, scan=scan,
            done_at=NOW - timedelta(days=365.3 * years), filed_at=NOW,
        )  # fmt: skip


def test_a_mail_goes_with_its_scan_but_not_with_that_of_a_mandate(odette: Patient, django_capture_on_commit_callbacks):
    Counter.objects.create(number=137, name="Boussac", town="BOUSSAC")
    does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke"], "duration": "year"})
    with opened(odette.person.id):
        scan, proof = (files.store([b"x"], person_id=odette.person.id, folder="mail") for _ in range(2))
        Mandate.objects.update(scan=proof)
    settled_mail(odette, scan, 5.1)
    settled_mail(odette, proof, 5.1)
    settled_mail(odette, "", 4.9)
    with django_capture_on_commit_callbacks(execute=True):
        assert apply("mails").rows == 2
    with opened(odette.person.id):
        assert Mail.objects.count() == 1
    assert not default_storage.exists(scan)
    assert default_storage.exists(proof)
    default_storage.delete(proof)


def test_a_letter_goes_a_year_after_it_left_and_not_before_it_left(odette: Patient):
    with opened(odette.person.id):
        for state, days in ((LetterState.POSTED, 366), (LetterState.RETURNED, 366), (LetterState.POSTED, 360)):
            Letter.objects.create(
                reference=new_reference("LT"), person_id=odette.person.id, subject_id=uuid4(), state=state,
                content={"x": "y"}, posted_at=NOW - timedelta(days=days),
            )  # fmt: skip
        Letter.objects.create(
            reference=new_reference("LT"), person_id=odette.person.id, subject_id=uuid4(), state=LetterState.HELD,
            content={"x": "y"}, created_at=NOW - timedelta(days=900),
        )  # fmt: skip
    assert apply("letters").rows == 2
    with opened(odette.person.id):
        assert Letter.objects.filter(state="held").exists()
    assert ["Combien", "2"] in events(odette)[0]


def test_whom_an_invitation_was_for_is_forgotten_when_it_is_over(db):
    counter = Counter.objects.create(number=137, name="Boussac", town="BOUSSAC")
    for hours in (-1, 1):
        invitation = Invitation(counter=counter, expires_at=NOW + timedelta(hours=hours))
        invitation.email, invitation.name = "qui@exemple.fr", "Qui"
        invitation.draw_token()
        invitation.save()
    assert apply("invitations").rows == 1
    assert sorted(one.name for one in Invitation.objects.all()) == ["", "Qui"]
    assert apply("invitations").rows == 0


def test_only_accounts_that_serve_nobody_go(odette: Patient):
    kept = [odette.user]
    for name in ("vu", "clerk", "neuf", "vieux"):
        kept.append(create_account(f"{name}@exemple.fr", PASSWORD))
    User.objects.update(created_at=NOW - timedelta(days=3 * 365))
    User.objects.filter(pk=kept[1].pk).update(last_login=NOW - timedelta(days=700))
    join_service(kept[2], Service.MAIL)
    User.objects.filter(pk=kept[3].pk).update(created_at=NOW)
    assert apply("accounts").rows == 1
    assert set(User.objects.values_list("pk", flat=True)) == {user.pk for user in kept[:4]}


def test_one_failure_stops_no_other(odette: Patient, aicha: Patient, monkeypatch: pytest.MonkeyPatch, caplog):
    old_case(odette, 6)
    old_case(aicha, 6)
    from consent import retention as module

    write = module.journal.write_event

    def fail_for_odette(basis, *args, **kwargs):
        if basis.person_id == odette.person.id:
            raise RuntimeError("Garnier")
        return write(basis, *args, **kwargs)

    monkeypatch.setattr(module.journal, "write_event", fail_for_odette)
    result = apply("cases")
    assert (result.rows, result.failed) == (1, 1)
    assert "Garnier" not in caplog.text
    with opened(odette.person.id):
        assert Case.objects.exists(), "undone with its trace"


def test_the_command_counts_without_touching_and_then_lets_go(odette: Patient):
    old_case(odette, 6)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert "1 due" in out.getvalue()
    assert "Code civil, article 2224" in out.getvalue()
    assert "ends by itself" in out.getvalue()
    with opened(odette.person.id):
        assert Case.objects.exists()
    out = StringIO()
    call_command("retention", stdout=out)
    assert "1 rows gone" in out.getvalue()
    with opened(odette.person.id):
        assert not Case.objects.exists()


def test_the_clock_applies_the_same_rules(odette: Patient):
    from consent.tasks import apply_retention
    from portal.celery import app

    assert any(entry["task"] == apply_retention.name for entry in app.conf.beat_schedule.values())
    old_case(odette, 6)
    assert apply_retention() == 1


@pytest.mark.parametrize("how", ["by an act", "by its date"])
def test_whoever_was_kept_for_a_representation_alone_goes_a_month_after_its_end(
    odette: Patient, jeanne_alone, how: str
):
    milo = create_person(
        Traits("Garnier", "Milo", date(2010, 1, 2), "M", "23031"), level=IdentityLevel.CONFIRMED, contact=POSTAL
    )
    row = represent(milo, jeanne_alone, Kind.PARENT, ["space.read"], ends_at=NOW + timedelta(days=9))
    with opened(milo.pk):
        times = {"starts_at": NOW - timedelta(days=90), "ends_at": NOW - timedelta(days=30)}
        if how == "by an act":
            row.end(EndReason.REPRESENTATIVE)
            times = {"ended_at": NOW - timedelta(days=30)}
        Representation.objects.update(**times)
    assert apply("represented").rows == 0, "the letters that tell of it are on their way"
    with opened(milo.pk):
        Representation.objects.update(**{name: at - timedelta(days=2) for name, at in times.items()})
    assert apply("represented").rows == 2, "both were kept for it alone"
    for person_id in (milo.pk, jeanne_alone.pk):
        with opened(person_id):
            assert not Person.objects.exists()
        assert Tombstone.objects.filter(person_id=person_id).exists()
    assert apply("represented").rows == 0


def test_whoever_represents_or_is_represented_still_is_kept(odette: Patient, jeanne_alone):
    row = represent(odette.person, jeanne_alone, Kind.RELATIVE, ["space.read"], ends_at=NOW + timedelta(days=9))
    represent(odette.person, jeanne_alone, Kind.TRUSTED, ["space.read"], ends_at=None)
    with opened(odette.person.id):
        Representation.objects.filter(pk=row.pk).update(
            starts_at=NOW - timedelta(days=90), ends_at=NOW - timedelta(days=60)
        )
    assert apply("represented").rows == 0


@pytest.fixture
def jeanne_alone(db) -> Person:
    """Someone of checked identity, without account or space."""
    return create_person(JEANNE, level=IdentityLevel.CONFIRMED, contact=POSTAL)

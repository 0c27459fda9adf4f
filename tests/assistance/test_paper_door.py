"""A posted form is keyed in beside its scan, done once, and answered by letter."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.acts.mandate import RevokeMandate
from assistance.models import Letter, Mail, MailState, Mandate, PersonalForm
from assistance.paper.codes import form_code, personal_form_code, slip_code
from consent.acts.perform import perform
from consent.acts.registry import all_acts, get_act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models import Grant, JournalEntry, Person, Refusal, Space
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.wall import opened
from tests.assistance.mail_room import *  # noqa: F403
from tests.assistance.mail_room import (
    AICHA_AT,
    AICHA_TYPED,
    ODETTE_TYPED,
    deliver_all,
    do,
    key_in,
    mail_of,
    post_paper,
)  # fmt: skip
from tests.cast import AICHA, LUCIEN, open_space_answers, request_id

pytestmark = pytest.mark.django_db
OPEN = form_code("space.open", 1)
REFUSE = form_code("space.refuse", 1)
LUCIEN_TYPED = {
    "birth_name": "Perrin", "first_names": "Lucien", "birth_date": "02/07/1950", "sex": "M", "birth_place": "23176",
    "wish": "on",
}  # fmt: skip


@pytest.fixture
def grant(odette, notice, dr_lemoine) -> Grant:
    """Odette's doctor reads her prescriptions."""
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with opened(odette.person.pk):
        return Grant.objects.create(
            person_id=odette.person.pk, professional=dr_lemoine, everything=True, can_read=True, can_deposit=False
        )


@pytest.fixture
def form(odette, grant) -> PersonalForm:
    """The form that was in her letter."""
    with opened(odette.person.pk):
        return PersonalForm.objects.create(
            reference="PF-7K2P-9QXA", person_id=odette.person.pk, act_code="grant.revoke", target_id=grant.pk
        )


def standing(odette) -> bool:
    with opened(odette.person.pk):
        return Grant.objects.in_force().exists()


def test_aicha_opens_her_space_by_post_and_is_answered_by_letter(
    desk, notice, claire, django_capture_on_commit_callbacks
):
    mail_id = post_paper(desk, OPEN)
    done = do(desk, f"/service/courrier/{mail_id}/actes/space.open/", {**AICHA_TYPED, **AICHA_AT})
    assert done.status_code == 303
    person_id = find_confirmed(AICHA)
    mail = mail_of(mail_id)
    assert (mail.state, mail.person_id) == (MailState.DONE, person_id)
    receipt = desk.get(done["Location"])
    assert receipt.status_code == 200
    assert str(mail.receipt_id) in receipt.content.decode()
    for personal in ("Ben", "Aïcha", "99351"):
        assert personal not in done["Location"]
    old = mail.scan
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    assert not default_storage.exists(old)
    with opened(person_id):
        assert Space.objects.get().state == "open"
        letter = Letter.objects.get()
        assert letter.state == "prepared"
        assert letter.content["address"] == ["Aïcha Ben Saïd", "12 rue des Moulins", "23000 Guéret"]
        assert letter.content["tables"][0][0] == "Ouvrir mon espace"
        entry = JournalEntry.objects.get()
        assert (entry.via, entry.actor_kind, entry.actor_id) == ("paper", "clerk", claire.pk)
        assert entry.basis_reference == mail.reference


def test_the_receipt_is_that_of_the_mail_and_of_its_clerk_alone(desk, denis, sign_in, notice):
    mail_id = post_paper(desk, OPEN)
    done = do(desk, f"/service/courrier/{mail_id}/actes/space.open/", {**AICHA_TYPED, **AICHA_AT})
    other = post_paper(desk, OPEN)
    receipt_id = mail_of(mail_id).receipt_id
    assert sign_in(denis).get(done["Location"]).status_code == 404
    assert desk.get(f"/service/courrier/{other}/recu/{receipt_id}/").status_code == 404
    assert desk.post(done["Location"]).status_code == 405
    with opened(mail_of(mail_id).person_id):
        Mail.objects.filter(pk=mail_id).update(done_at=timezone.now() - timezone.timedelta(hours=25))
    assert desk.get(done["Location"]).status_code == 404


def test_the_keyed_form_sent_twice_acts_once(desk, notice):
    mail_id = post_paper(desk, OPEN)
    url = f"/service/courrier/{mail_id}/actes/space.open/"
    confirm = key_in(desk, url, {**AICHA_TYPED, **AICHA_AT})
    first, second = desk.post(url, confirm), desk.post(url, confirm)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    with opened(find_confirmed(AICHA)):
        assert JournalEntry.objects.count() == 1


def test_another_form_for_a_mail_that_is_done_is_refused(desk, notice):
    mail_id = post_paper(desk, OPEN)
    url = f"/service/courrier/{mail_id}/actes/space.open/"
    one = key_in(desk, url, {**AICHA_TYPED, **AICHA_AT})
    two = key_in(desk, url, {**LUCIEN_TYPED, **AICHA_AT})
    assert desk.post(url, one).status_code == 303
    late = desk.post(url, two)
    assert late.status_code == 403
    assert "déjà été traité" in late.content.decode()
    assert find_confirmed(LUCIEN) is None
    # The form is not even shown again.
    assert desk.get(url).status_code == 303


def test_mistakes_are_said_and_nothing_typed_is_lost(desk, notice):
    mail_id = post_paper(desk, OPEN)
    url = f"/service/courrier/{mail_id}/actes/space.open/"
    answer = desk.post(url, {**hidden(desk.get(url)), **AICHA_TYPED, **AICHA_AT, "birth_date": "30/11/2990"})  # noqa: F405
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "dans le futur" in text
    assert "12 rue des Moulins" in text
    assert mail_of(mail_id).state == MailState.WAITING


def test_a_mail_serves_for_its_own_act_alone(desk, notice):
    mail_id = post_paper(desk, OPEN)
    assert desk.get(f"/service/courrier/{mail_id}/actes/space.refuse/").status_code == 404
    assert desk.get(f"/service/courrier/{mail_id}/actes/space.invented/").status_code == 404


def test_a_form_about_nobody_yet_asks_first_who_it_is(desk, notice):
    mail_id = post_paper(desk, form_code("grant.revoke", 1))
    answer = desk.get(f"/service/courrier/{mail_id}/actes/grant.revoke/")
    assert answer.status_code == 303
    assert "De qui vient ce courrier" in desk.get(answer["Location"]).content.decode()


def test_a_personal_form_takes_the_access_back_and_serves_once(desk, odette, grant, form):
    mail_id = post_paper(desk, personal_form_code(form.reference))
    mail = mail_of(mail_id)
    assert (mail.person_id, mail.act_code, mail.target_id) == (odette.person.pk, "grant.revoke", grant.pk)
    url = f"/service/courrier/{mail_id}/actes/grant.revoke/{grant.pk}/"
    # The paper says which access: another is not to be had with it.
    assert desk.get(f"/service/courrier/{mail_id}/actes/grant.revoke/").status_code == 404
    assert do(desk, url, {}).status_code == 303
    assert not standing(odette)
    with opened(odette.person.pk):
        form.refresh_from_db()
        assert form.used_at
    second = post_paper(desk, personal_form_code(form.reference))
    page = desk.get(f"/service/courrier/{second}/").content.decode()
    assert "a déjà servi" in page
    assert "Remplir" not in page


def test_two_scans_of_one_personal_form_act_once(desk, odette, grant, form):
    urls = [
        f"/service/courrier/{post_paper(desk, personal_form_code(form.reference))}/actes/grant.revoke/{grant.pk}/"
        for _ in range(2)
    ]
    one, two = [key_in(desk, url, {}) for url in urls]
    assert desk.post(urls[0], one).status_code == 303
    late = desk.post(urls[1], two)
    assert late.status_code == 403
    assert "déjà servi" in late.content.decode()
    with opened(odette.person.pk):
        assert JournalEntry.objects.filter(code="grant.revoke", outcome="done").count() == 1
        assert JournalEntry.objects.filter(code="grant.revoke", outcome="refused").count() == 1


def test_from_a_blank_form_the_clerk_finds_the_person_then_picks_from_her_accesses(desk, odette, grant):
    mail_id = post_paper(desk, form_code("grant.revoke", 1))
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    choices = desk.get(f"/service/courrier/{mail_id}/actes/grant.revoke/").content.decode()
    assert "Dr Claire Lemoine" in choices
    assert do(desk, f"/service/courrier/{mail_id}/actes/grant.revoke/{grant.pk}/", {}).status_code == 303
    assert not standing(odette)


def test_a_slip_ends_its_mandate(desk, odette, boussac, django_capture_on_commit_callbacks):
    now = timezone.now()
    with opened(odette.person.pk):
        mandate = Mandate.objects.create(
            reference="MD-7K2P-9QXA", person=odette.person, counter=boussac, scopes=["space.open"], duration="year",
            signer="person", state="in_force", in_force_at=now, ends_at=now + timezone.timedelta(days=365),
        )  # fmt: skip
    mail_id = post_paper(desk, slip_code(mandate.reference))
    assert do(desk, f"/service/courrier/{mail_id}/actes/mandate.revoke/{mandate.pk}/", {}).status_code == 303
    with opened(odette.person.pk):
        mandate.refresh_from_db()
        assert (mandate.state, mandate.end_reason) == ("ended", "revoked")
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    with opened(odette.person.pk):
        assert Letter.objects.get().content["tables"][0][0] == str(RevokeMandate.label)
    again = post_paper(desk, slip_code(mandate.reference))
    assert "déjà pris fin" in desk.get(f"/service/courrier/{again}/").content.decode()


def test_a_refusal_by_post_is_answered_at_the_address_of_the_form_and_leaves_nothing_else(
    desk, own_store, django_capture_on_commit_callbacks
):
    mail_id = post_paper(desk, REFUSE)
    address = {"answer_address": "Lucien Perrin\n2 place du Marché\n23600 Boussac"}
    done = do(desk, f"/service/courrier/{mail_id}/actes/space.refuse/", {**LUCIEN_TYPED, **address})
    assert done.status_code == 303
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    assert Refusal.objects.count() == 1
    mail = mail_of(mail_id)
    assert (mail.state, mail.person_id, mail.scan) == (MailState.DONE, None, "")
    assert not [path for path in own_store.rglob("*") if path.is_file()]
    with opened(None):
        letter = Letter.objects.get(subject_id=mail.receipt_id)
        assert letter.content["address"] == ["Lucien Perrin", "2 place du Marché", "23600 Boussac"]
        assert "place du Marché" not in str(JournalEntry.objects.get().details)
        assert str(mail.receipt_id) in str(letter.content["tables"])
    assert "Lucien" not in desk.get(done["Location"]).content.decode()


def test_without_an_address_a_refusal_is_done_and_nobody_is_written_to(desk):
    mail_id = post_paper(desk, REFUSE)
    assert do(desk, f"/service/courrier/{mail_id}/actes/space.refuse/", LUCIEN_TYPED).status_code == 303
    assert Refusal.objects.count() == 1
    assert not Letter.objects.exists()


def test_the_refusal_of_someone_known_leaves_the_mail_about_nobody(desk, odette):
    mail_id = post_paper(desk, REFUSE)
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    done = do(desk, f"/service/courrier/{mail_id}/actes/space.refuse/", {"wish": "on"})
    assert done.status_code == 303
    # The clerk reaches the receipt.
    assert desk.get(done.headers["Location"]).status_code == 200
    mail = mail_of(mail_id)
    assert (mail.state, mail.person_id) == (MailState.DONE, None)


# Whoever has a row is answered at the address on record, read before it is erased.
OF_SOMEONE_UNKNOWN = [act for act in all_acts() if act.traceless and act.creates_person]


@pytest.mark.parametrize("act", OF_SOMEONE_UNKNOWN, ids=lambda act: act.code)
def test_every_act_that_keeps_nothing_asks_on_paper_alone_where_to_answer(act):
    def asked(via: Via | None) -> bool:
        basis = Basis(via, None, Actor(ActorKind.CLERK)) if via else None
        return "answer_address" in act.form_class(basis=basis).fields

    assert asked(None)
    for via in act.bases:
        assert asked(via) is (via is Via.PAPER)


# -- The basis itself, whatever the page ----------------------------------------------------------


def paper_basis(mail, user) -> Basis:
    return Basis(Via.PAPER, mail.person_id, Actor(ActorKind.CLERK, user.pk), right_id=mail.pk, reference=mail.reference)


def test_only_the_clerk_who_took_the_mail_acts_on_it(desk, claire, denis, karim, odette, grant, form):
    mail = mail_of(post_paper(desk, personal_form_code(form.reference)))
    for user, words in ((denis, "collègue"), (karim, "Seul le service courrier")):
        with pytest.raises(BasisRefused, match=words):
            perform(get_act("grant.revoke"), paper_basis(mail, user), {}, request_id(), grant.pk)
    assert standing(odette)
    perform(get_act("grant.revoke"), paper_basis(mail, claire), {}, request_id(), grant.pk)
    assert not standing(odette)


@pytest.fixture
def karim(db):
    return staff("karim@boussac.exemple.fr", "Karim")  # noqa: F405


def test_a_mail_about_one_person_is_no_basis_for_another(desk, claire, odette, aicha, grant, form):
    mail = mail_of(post_paper(desk, personal_form_code(form.reference)))
    basis = Basis(Via.PAPER, aicha.person.pk, Actor(ActorKind.CLERK, claire.pk), right_id=mail.pk)
    with pytest.raises(BasisRefused):
        perform(get_act("grant.revoke"), basis, {}, request_id(), grant.pk)


def test_a_clerk_does_not_key_in_their_own_mail(desk, claire, odette, grant, form):
    mail_id = post_paper(desk, personal_form_code(form.reference))
    odette.user.person_id, claire.person_id = None, odette.person.pk
    odette.user.save()
    claire.save()
    mail = mail_of(mail_id)
    with pytest.raises(BasisRefused, match="son propre courrier"):
        perform(get_act("grant.revoke"), paper_basis(mail, claire), {}, request_id(), grant.pk)
    assert desk.get(f"/service/courrier/{mail_id}/actes/grant.revoke/{grant.pk}/").status_code == 303
    assert desk.get(f"/service/courrier/{mail_id}/scan/").status_code == 404
    assert desk.post(f"/service/courrier/{mail_id}/ecarter/", {"reason": "unsigned"}).status_code == 409


def test_the_page_of_the_act_asks_at_most_twelve_questions(desk, form, grant):
    mail_id = post_paper(desk, personal_form_code(form.reference))
    with CaptureQueriesContext(connection) as questions:
        desk.get(f"/service/courrier/{mail_id}/actes/grant.revoke/{grant.pk}/")
    # A wall inside the test's own transaction is given back by a statement; a request's ends with its transaction.
    own = ("SAVEPOINT", "set_config('plein.person', '', true)")
    real = [q for q in questions if not any(mark in q["sql"] for mark in own)]
    assert len(real) <= 12, "\n".join(q["sql"][:70] for q in real)


def test_whoever_erases_by_post_is_answered_at_the_address_on_record_by_a_letter_about_nobody(desk, odette, notice):
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    perform(get_act("space.close"), odette.basis, {"way": "keep"}, request_id())
    mail_id = post_paper(desk, form_code("space.erase", 1))
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    done = do(desk, f"/service/courrier/{mail_id}/actes/space.erase/", {"no_way_back": "on", "wish": "on"})
    assert done.status_code == 303
    deliver_all()
    with opened(None):
        letter = Letter.objects.get(person_id__isnull=True)
        assert letter.content["address"][0] == "Odette Garnier"
        assert "tout effacer tout de suite" in str(letter.content)
    with opened(odette.person.id):
        assert not Person.objects.exists()
    assert mail_of(mail_id).person_id is None


def test_answers_of_nobody_show_nothing_of_a_mail_that_is_not_in_hand(desk, notice):
    mail_id = post_paper(desk, OPEN)
    url = f"/service/courrier/{mail_id}/actes/space.open/"
    assert desk.post(url, key_in(desk, url, {**AICHA_TYPED, **AICHA_AT})).status_code == 303
    for step in ("confirm", "edit", ""):
        answer = desk.post(url, {"step": step, "answers": "x"})
        assert answer.status_code in (303, 403)
        assert "birth_name" not in answer.content.decode()

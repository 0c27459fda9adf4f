"""What a person keeps from their representatives is not seen, not counted and not told."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from consent import asking, journal
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.ages import reaches
from consent.bases import Actor, Basis, BasisRefused, ReaderWords, Via
from consent.hiding import categories_seen, emergencies_seen, grants_seen
from consent.models import (
    Block,
    CareTeam,
    Category,
    EmergencyAccess,
    Grant,
    Hidden,
    IdentityLevel,
    OutboxItem,
    Person,
    Professional,
    Representation,
)
from consent.models.journal_entry import ActorKind
from consent.models.person import create_person
from consent.models.representation import Kind
from consent.readers import SHEET, basis_of, reader
from consent.reading import read
from consent.representing import ceiling
from consent.trace.seen import traces_seen
from consent.traits import Traits
from consent.wall import opened
from tests.cast import JEANNE, POSTAL, Patient, make_patient, open_space_answers, request_id
from tests.consent.conftest import check, confirm, does
from tests.family import account_of, place_of_zephyr

pytestmark = pytest.mark.django_db
EVERYTHING = ["space.read", "history.read", "grant.give", "grant.change", "grant.revoke", "grant.revoke-others"]


@pytest.fixture
def jeanne(with_grant: Grant, with_space: Patient) -> Patient:
    """Jeanne may see and do all that there is about accesses."""
    made = make_patient(JEANNE, "jeanne@exemple.fr")
    made.row = represent(
        with_space.person, made.person, Kind.TUTELLE, EVERYTHING, ends_at=timezone.now() + timedelta(90)
    )
    return made


@pytest.fixture
def pages(jeanne: Patient, sign_in):
    """Everything that Jeanne can look at for Odette, as one text."""

    def look() -> str:
        client, whole = sign_in(jeanne.user), ""
        for rest in ("", "trace/", "actes/grant.revoke/", "actes/grant.revoke-others/", "trace/?imprimer=1"):
            answer = client.get(f"/mon-espace/pour/{jeanne.row.pk}/{rest}")
            assert answer.status_code == 200
            whole += answer.content.decode()
        return whole

    return look


def test_a_hidden_access_is_nowhere_for_the_representative_and_nothing_says_so(
    odette, odette_online, with_grant, jeanne, pages
):
    assert "Lemoine" in pages()
    url = "/mon-espace/actes/representation.hide/"
    assert confirm(odette_online, url, check(odette_online, url, {"grants": [str(with_grant.pk)]})).status_code == 303
    after = pages()
    assert "Lemoine" not in after
    for told in ("caché", "Cacher", "representation.hide", "masqué"):
        assert told not in after
    assert "Lemoine" in odette_online.get("/mon-espace/").content.decode()
    assert "Cacher quelque chose" in odette_online.get("/mon-espace/trace/").content.decode()


def test_what_is_done_later_about_a_hidden_access_stays_hidden_too(odette, with_grant, jeanne, pages):
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    does(odette, "grant.revoke-others", {"kept": []})
    assert "Lemoine" not in pages()


def test_a_hidden_access_can_neither_be_acted_on_nor_guessed(odette, with_grant, jeanne, sign_in):
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    client, base = sign_in(jeanne.user), f"/mon-espace/pour/{jeanne.row.pk}/actes/"
    assert client.get(f"{base}grant.revoke/{with_grant.pk}/").status_code == 404
    # Giving the same doctor an access is not refused with "they have one": that would tell.
    answers = {"reader_number": "10100000008", "rights": ["read"], "extent": "all", "duration": "1m"}
    done = confirm(client, f"{base}grant.give/", check(client, f"{base}grant.give/", answers))
    assert done.status_code == 303
    with opened(odette.person.id):
        assert Grant.objects.in_force().count() == 2


def test_hiding_sends_no_letter_home(odette, with_grant):
    with opened(odette.person.id):
        before = OutboxItem.objects.filter(topic="told").count()
    does(odette, "representation.hide", {"grants": [], "categories": ["biology"]})
    with opened(odette.person.id):
        assert OutboxItem.objects.filter(topic="told").count() == before


def test_a_hidden_kind_of_content_is_closed_to_representatives_alone_until_it_is_shown_again(
    odette, with_grant, jeanne
):
    does(odette, "representation.hide", {"grants": [], "categories": ["biology"]})
    does(odette, "representation.hide", {"grants": [], "categories": ["biology"]})
    by_her = Basis(Via.REPRESENTATION, odette.person.id, Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk))
    with opened(odette.person.id):
        assert Hidden.objects.count() == 1
        assert categories_seen(by_her) == frozenset(Category) - {Category.BIOLOGY}
        assert categories_seen(odette.basis) == frozenset(Category)
    does(odette, "representation.show", {"categories": ["biology"]})
    with opened(odette.person.id):
        assert categories_seen(by_her) == frozenset(Category)
    with pytest.raises(BusinessError, match="il n’y a rien à montrer"):
        does(odette, "representation.show", {"categories": ["biology"]})


def test_where_one_is_written_to_is_not_in_the_representatives_history(odette, with_grant, jeanne, pages):
    does(
        odette, "contact.change", {**POSTAL, "channel": "counter", "never_write_home": True, "address": "12 rue Neuve"}
    )
    assert "12 rue Neuve" not in pages()
    assert "ne jamais écrire" not in pages()


def test_a_representative_changes_the_address_and_does_not_undo_the_wish_that_nobody_writes_home(
    odette, with_grant, jeanne, sign_in
):
    does(odette, "contact.change", {**POSTAL, "channel": "counter", "never_write_home": True})
    with opened(odette.person.id):
        jeanne.row.scopes = [*EVERYTHING, "contact.change"]
        jeanne.row.save(update_fields=["scopes"])
    client, url = sign_in(jeanne.user), f"/mon-espace/pour/{jeanne.row.pk}/actes/contact.change/"
    assert "Ne jamais écrire" not in client.get(url).content.decode()
    answers = {"address": "1 rue Haute", "postcode": "23600", "town": "Boussac", "channel": "post"}
    done = confirm(client, url, check(client, url, answers))
    assert done.status_code == 303
    assert "ne jamais écrire" not in client.get(done.url).content.decode()
    with opened(odette.person.id):
        person = Person.objects.get()
        assert (person.address, person.never_write_home) == ("1 rue Haute", True)


@pytest.mark.parametrize(("age", "may"), [(14, False), (15, True), (17, True)])
def test_a_minor_may_keep_things_to_themself_from_15_on(notice, age, may):
    today = timezone.localdate()
    born = date(today.year - age, today.month, min(today.day, 28))
    traits = Traits("Garnier", "Milo", born, "M", "23031")
    milo = create_person(traits, level=IdentityLevel.CONFIRMED, contact=POSTAL)
    from portal.accounts.user import create_account
    from tests.cast import PASSWORD

    user = create_account("milo@exemple.fr", PASSWORD)
    user.person_id = milo.pk
    user.save()
    patient = Patient(user, milo)
    does(patient, "space.open", open_space_answers())
    parent = make_patient(JEANNE, "jeanne@exemple.fr")
    represent(milo, parent.person, Kind.PARENT, EVERYTHING, ends_at=reaches(born, 18))
    if may:
        does(patient, "representation.hide", {"grants": [], "categories": ["biology"]})
    else:
        with pytest.raises(BusinessError, match="À partir de 15 ans"):
            does(patient, "representation.hide", {"grants": [], "categories": ["biology"]})


def test_nothing_hidden_nothing_left_out(odette, with_grant, jeanne):
    by_her = Basis(Via.REPRESENTATION, odette.person.id, Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk))
    with opened(odette.person.id):
        assert list(grants_seen(by_her)) == list(grants_seen(odette.basis)) == [with_grant]
        assert set(traces_seen(by_her)) == set(traces_seen(odette.basis))


def test_ends_of_many_things_count_no_hidden_one_for_the_representative_and_end_it_all_the_same(
    odette, with_grant, dr_lemoine, sign_in
):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    scopes, until = sorted(ceiling(Kind.TUTELLE)), timezone.now() + timedelta(90)
    row = represent(odette.person, jeanne.person, Kind.TUTELLE, scopes, ends_at=until)
    does(odette, "emergency.allow", {})
    does(odette, "care-team.compose", {"name": "Suivi", "members": [dr_lemoine]})
    with opened(odette.person.id):
        team = CareTeam.objects.get()
        urgent = {"reason": "Malaise.", "ends_at": timezone.now() + timedelta(hours=20)}
        EmergencyAccess.objects.create(person_id=odette.person.id, professional=dr_lemoine, **urgent)
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "6m", "reader_number": ""}
    does(odette, "grant.give", {**terms, "team": str(team.pk)})
    with opened(odette.person.id):
        hidden = [str(pk) for pk in Grant.objects.values_list("pk", flat=True)]
    does(odette, "representation.hide", {"grants": hidden, "categories": []})
    basis = Basis(
        Via.REPRESENTATION, odette.person.id, Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk), right_id=row.pk
    )
    for code, answers, target in (
        ("emergency.forbid", {}, None), ("space.close", {"way": "keep"}, None),
    ):  # fmt: skip
        receipt = perform(get_act(code), basis, answers, request_id(), target)
        with opened(odette.person.id):
            counts = [value for label, value in receipt.entry.details["facts"] if label.startswith("Accès")]
        assert "1" not in counts, code
        assert "2" not in counts, code
    with opened(odette.person.id):
        assert not Grant.objects.in_force().exists()
        assert not EmergencyAccess.objects.in_force().exists()


def test_another_access_stays_seen(odette, with_grant, jeanne, pages):
    other = Professional.objects.create(rpps="10100000016", name="Inès Carpentier", profession="Infirmière")
    with opened(odette.person.id):
        Grant.objects.create(person_id=odette.person.id, professional=other, everything=True, can_read=True)
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    assert "Inès Carpentier" in pages()


def test_what_the_holder_of_a_hidden_access_read_is_hidden_with_it(odette, with_grant, jeanne, pages):
    reader = Actor(ActorKind.PROFESSIONAL, words=ReaderWords("Dr Claire Lemoine", "Médecin généraliste", "Boussac"))
    with opened(odette.person.id):
        journal.write_read(Basis(Via.GRANT, odette.person.id, reader), "sheet.read", [])
    assert "Identité et fiche d’urgence lues" in pages()
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    after = pages()
    assert "Lemoine" not in after
    assert "Identité et fiche d’urgence lues" not in after


@pytest.mark.parametrize(
    "done",
    [
        [("space.suspend", {}), ("space.resume", {})],
        [("share-code.create", {"reader_number": "10100000008", "extent": "all", "categories": [], "duration": "1w"})],
        [("care-team.compose", {"name": "Suivi", "members": "Dr Lemoine and Inès"})],
        [("block.add", {"reader": "Dr Lemoine", "emergency_too": "no"})],
    ],
    ids=["what stands while suspended", "a code", "a team of two", "a block"],
)
def test_whoever_holds_a_hidden_access_is_named_in_no_trace_of_another_act(
    odette, with_grant, dr_lemoine, jeanne, pages, done
):
    other = Professional.objects.create(rpps="10100000016", name="Inès Carpentier", profession="Infirmière")
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    who = {"Dr Lemoine and Inès": [dr_lemoine, other], "Dr Lemoine": dr_lemoine}
    for code, answers in done:
        does(odette, code, {name: who.get(str(value), value) for name, value in answers.items()})
    assert "Lemoine" not in pages()


@pytest.fixture
def choices(odette, notice, dr_lemoine, sign_in):
    """What an act lets Jeanne choose among, who may do everything for Odette."""
    made = make_patient(JEANNE, "jeanne@exemple.fr")
    made.row = represent(
        odette.person, made.person, Kind.TUTELLE, sorted(ceiling(Kind.TUTELLE)), ends_at=timezone.now() + timedelta(90)
    )
    client = sign_in(made.user)

    def look(code: str, target: object = "") -> str:
        path = f"/mon-espace/pour/{made.row.pk}/actes/{code}/" + (f"{target}/" if target else "")
        return client.get(path).content.decode()

    look.client, look.row = client, made.row
    return look


def gives_a_team(odette, *members: Professional) -> tuple[CareTeam, Grant]:
    """Odette's team, with an access."""
    does(odette, "care-team.compose", {"name": "Suivi du soir", "members": list(members)})
    with opened(odette.person.id):
        team = CareTeam.objects.get()
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "6m"}
    does(odette, "grant.give", {"reader_number": "", "team": str(team.pk), **terms})
    with opened(odette.person.id):
        return team, Grant.objects.get(team=team)


@pytest.mark.parametrize("code", ["care-team.change", "care-team.end", "grant.give"])
def test_a_team_that_holds_a_hidden_access_is_among_no_choices(odette, with_space, dr_lemoine, choices, code):
    team, grant = gives_a_team(odette, dr_lemoine)
    assert "Suivi du soir" in choices(code)
    does(odette, "representation.hide", {"grants": [str(grant.pk)], "categories": []})
    assert "Suivi du soir" not in choices(code)
    if code != "grant.give":
        page = choices(code, team.pk)
        assert "Suivi du soir" not in page
        assert "Lemoine" not in page


def test_a_team_with_whoever_holds_a_hidden_access_is_among_no_choices(odette, with_grant, dr_lemoine, choices):
    does(odette, "care-team.compose", {"name": "Suivi du soir", "members": [dr_lemoine]})
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    assert "Suivi du soir" not in choices("care-team.end")


def test_a_team_that_a_representative_composed_stays_theirs_to_end(odette, with_grant, dr_lemoine, choices):
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    url = f"/mon-espace/pour/{choices.row.pk}/actes/care-team.compose/"
    answers = {"name": "Suivi du soir", "members": dr_lemoine.rpps}
    assert confirm(choices.client, url, check(choices.client, url, answers)).status_code == 303
    assert "Suivi du soir" in choices("care-team.end")


@pytest.mark.parametrize("code", ["request.accept", "request.decline"])
def test_what_whoever_holds_a_hidden_access_asks_is_among_no_choices_and_not_theirs_to_answer(
    odette, with_grant, dr_lemoine, choices, code
):
    with opened(odette.person.id):
        basis = Basis(Via.SERVICE, odette.person.id, reader(account_of(dr_lemoine)))
        asked = asking.ask(basis, dr_lemoine, categories=[Category.REPORTS], reason="Suivi.")
    assert "Lemoine" in choices(code)
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    assert "Lemoine" not in choices(code)
    assert "Lemoine" not in choices(code, asked)


def test_a_block_of_whoever_holds_a_hidden_access_is_among_no_choices(odette, with_grant, dr_lemoine, choices):
    does(odette, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    assert "Lemoine" in choices("block.remove")
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    assert "Lemoine" not in choices("block.remove")


def test_a_try_by_someone_of_a_hidden_establishment_is_hidden_though_no_word_names_the_place(
    odette, with_space, jeanne, pages
):
    _zephyr, user, grant = place_of_zephyr(odette)
    does(odette, "representation.hide", {"grants": [str(grant.pk)], "categories": []})
    basis = basis_of(user, grant.pk)
    does(odette, "grant.revoke", {}, grant.pk)
    with pytest.raises(BasisRefused):
        read(basis, SHEET, [], list)
    assert "Zéphyr" not in pages()


def test_a_professional_whose_name_changes_in_the_directory_stays_hidden_in_what_they_read(
    odette, with_grant, dr_lemoine, jeanne, pages
):
    read(basis_of(account_of(dr_lemoine), with_grant.pk), SHEET, [], list)
    assert "Identité et fiche d’urgence lues" in pages()
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    Professional.objects.filter(pk=dr_lemoine.pk).update(name="Dr Claire Dupuis")
    assert "Identité et fiche d’urgence lues" not in pages()


def test_a_hidden_block_is_told_neither_by_giving_an_access_nor_by_blocking_again(
    odette, with_grant, dr_lemoine, jeanne, pages
):
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    does(odette, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    assert "Lemoine" not in pages()
    basis = Basis(
        Via.REPRESENTATION, odette.person.id, Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk), right_id=jeanne.row.pk
    )
    with opened(odette.person.id):
        Representation.objects.filter(pk=jeanne.row.pk).update(scopes=[*EVERYTHING, "block.add", "block.remove"])
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "6m", "reader_number": dr_lemoine.rpps}
    perform(get_act("grant.give"), basis, terms, request_id())
    receipt = perform(get_act("block.add"), basis, {"reader": dr_lemoine, "emergency_too": "yes"}, request_id())
    with opened(odette.person.id):
        block = Block.objects.standing().get()
        assert block.emergency_too
        assert receipt.entry.details["subject"] == str(block.pk)
        assert not Grant.objects.in_force().exists()


@pytest.fixture
def zephyr(odette, with_grant):
    """A doctor of an establishment whose access Odette hides: whoever works there is no more told of than the place."""
    zephyr, _user, grant = place_of_zephyr(odette)
    zephyr.hide = lambda: does(odette, "representation.hide", {"grants": [str(grant.pk)], "categories": []})
    return zephyr


CODE = {"reader_number": "10100000016", "extent": "all", "categories": [], "duration": "1w"}


@pytest.mark.parametrize(
    ("code", "answers", "chosen_by"),
    [
        ("share-code.create", CODE, "share-code.cancel"),
        ("care-team.compose", {"name": "Suivi du soir", "members": "Dr Zéphyr"}, "care-team.end"),
        ("block.add", {"reader": "Dr Zéphyr", "emergency_too": "no"}, "block.remove"),
    ],
)
def test_whoever_works_where_a_hidden_access_was_given_is_among_no_choices_and_in_no_trace(
    odette, zephyr, jeanne, pages, choices_of, code, answers, chosen_by
):
    who = {"members": [zephyr], "reader": zephyr}
    does(odette, code, {name: who.get(name, value) for name, value in answers.items()})
    assert "Zéphyr" in pages()
    assert "Zéphyr" in choices_of(chosen_by) or "Suivi du soir" in choices_of(chosen_by)
    zephyr.hide()
    assert "Zéphyr" not in pages()
    assert "Zéphyr" not in choices_of(chosen_by)
    assert "Suivi du soir" not in choices_of(chosen_by)


@pytest.fixture
def choices_of(odette, jeanne, sign_in):
    """What an act lets Jeanne choose among."""
    with opened(odette.person.id):
        Representation.objects.filter(pk=jeanne.row.pk).update(scopes=sorted(ceiling(Kind.TUTELLE)))
    client = sign_in(jeanne.user)
    return lambda code: client.get(f"/mon-espace/pour/{jeanne.row.pk}/actes/{code}/").content.decode()


def test_an_emergency_access_of_whoever_works_where_a_hidden_access_was_given_is_hidden(odette, zephyr, jeanne, pages):
    with opened(odette.person.id):
        access = EmergencyAccess.objects.create(
            person_id=odette.person.id, professional=zephyr, reason="Chute.", ends_at=timezone.now() + timedelta(1)
        )
    does(odette, "emergency.contest", {"words": "Je n’étais pas en danger."}, access.pk)
    basis = Basis(Via.REPRESENTATION, odette.person.id, Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk))
    with opened(odette.person.id):
        assert emergencies_seen(basis).exists()
    assert "Zéphyr" in pages()
    zephyr.hide()
    with opened(odette.person.id):
        assert not emergencies_seen(basis).exists()
    assert "Zéphyr" not in pages()


TEAM = {"reader_number": "", "rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}


def test_the_end_and_the_former_members_of_a_hidden_team_are_hidden_too(odette, with_grant, dr_lemoine, jeanne, pages):
    other = Professional.objects.create(rpps="10100000016", name="Inès Carpentier", profession="Infirmière")
    does(odette, "care-team.compose", {"name": "Psy", "members": [other]})
    with opened(odette.person.id):
        team = CareTeam.objects.get()
    does(odette, "grant.give", {"team": str(team.pk), **TEAM})
    with opened(odette.person.id):
        grant = Grant.objects.get(team=team)
    assert "Psy" in pages()
    does(odette, "representation.hide", {"grants": [str(grant.pk)], "categories": []})
    for code, answers in (("care-team.change", {"members": [dr_lemoine]}), ("care-team.end", {})):
        does(odette, code, answers, team.pk)
        page = pages()
        assert "Psy" not in page
        assert "Carpentier" not in page


def test_a_team_that_whoever_holds_a_hidden_access_has_left_is_among_the_choices_again(
    odette, with_grant, dr_lemoine, choices
):
    other = Professional.objects.create(rpps="10100000016", name="Inès Carpentier", profession="Infirmière")
    does(odette, "care-team.compose", {"name": "Suivi du soir", "members": [dr_lemoine, other]})
    does(odette, "representation.hide", {"grants": [str(with_grant.pk)], "categories": []})
    assert "Suivi du soir" not in choices("care-team.end")
    with opened(odette.person.id):
        team = CareTeam.objects.get()
    does(odette, "care-team.change", {"members": [other]}, team.pk)
    assert "Suivi du soir" in choices("care-team.end")

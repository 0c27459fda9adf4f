"""What « Mon espace » shows of representations: who represents the person, and whom they represent."""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.acts.representation import facts_of_representation
from consent.bases import Basis
from consent.days import last_day_words
from consent.models import IdentityLevel, Person, Represented
from consent.models.representation import NAMED_BY_THE_PERSON, Representation
from consent.own.panels import Button, Panel, Row
from consent.own.space import link
from consent.printables import form_url
from consent.representing import represented_by


def with_representations(people: QuerySet[Person]) -> QuerySet[Person]:
    """The same people, each saying whether someone represents them, and whether they represent someone.

    So that « Mon espace » asks nothing more for the many who do neither. The wall must be open for them.
    """
    by_someone = Representation.objects.in_force().filter(person_id=OuterRef("pk"))
    return people.annotate(
        is_represented=Exists(by_someone), represents=Exists(Represented.objects.filter(person_id=OuterRef("pk")))
    )


def representation_panel(person: Person) -> Panel:
    """Whether someone represents the person, and the way to see who; nothing is asked for it."""
    see = Button(_("Voir qui me représente, et qui je représente"), reverse("consent:representation"))
    intro = _("Quelqu’un vous représente.") if person.is_represented else _("Personne ne vous représente.")
    return Panel(_("Représenter, être représenté"), [], intro, buttons=[see])


def representatives_panel(basis: Basis, level: int) -> Panel:
    """Who represents the person now; what the person named, they end by one link."""
    rows = [
        Row(
            row.name,
            facts_of_representation(row)[1:],
            [link(_("Y mettre fin"), "representation.end", row.pk, row.name)]
            if row.kind in NAMED_BY_THE_PERSON
            else [],
        )
        for row in Representation.objects.in_force().filter(person_id=basis.person_id).order_by("starts_at")
    ]
    # Always both: whoever looks over a shoulder does not learn from a button that something is hidden.
    hiding = [
        link(_("Leur cacher quelque chose"), "representation.hide"),
        link(_("Leur montrer à nouveau"), "representation.show"),
    ]
    buttons = [link(_("Désigner quelqu’un"), "representation.name")] if level >= IdentityLevel.CONFIRMED else []
    return Panel(
        _("Ceux qui me représentent"),
        rows,
        _("Personne ne vous représente."),
        buttons=buttons + (hiding if rows else []),
    )


def represented_panel(basis: Basis) -> Panel:
    """Whom the person represents now; each space is entered by its own address."""
    rows = [
        Row(
            name,
            [(_("À titre de"), str(held.kind.label)), *_until(held.ends_at)],
            [
                Button(_("Aller dans son espace"), reverse("consent:for-home", args=[held.id]), name),
                link(_("Ne plus représenter"), "representation.end", held.id, name),
            ],
        )
        for held, name in represented_by(basis.person_id)
    ]
    printed = form_url("representation.open")
    buttons = (
        [Button(_("Représenter un enfant ou une personne protégée : formulaire à imprimer"), printed)]
        if printed
        else []
    )
    return Panel(
        _("Ceux que je représente"), rows, _("Vous ne représentez personne."),
        intro=_("Un parent ou un tuteur montre un justificatif à un guichet, ou l’envoie par courrier."),
        buttons=buttons,
    )  # fmt: skip


def _until(ends_at: object) -> list[tuple[str, str]]:
    return [(_("Jusqu’au"), last_day_words(ends_at))] if ends_at else []

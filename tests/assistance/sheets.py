"""Sheets for the tests of paper: one of each kind, with every part filled in. Everyone in them is invented."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from assistance.compose import form_sheet
from assistance.paper import codes
from assistance.paper.sheets import (
    CounterLines,
    FormSheet,
    Guardian,
    LetterSheet,
    Line,
    MandateSheet,
    NoticeSheet,
    PaperField,
    PersonLines,
    ReceiptSheet,
    Scope,
    Section,
    Sheet,
    Signer,
    Slip,
    Table,
    TraceLine,
    TraceSheet,
    VisitAct,
    VisitSheet,
)
from consent.acts.registry import all_acts, get_act
from consent.bases import Via

OPERATOR = ("Plein gré – service courrier", "1 place de l’Exemple", "00000 Démonstration")
BOUSSAC = CounterLines(
    name="France Services de Boussac", address=("1 place de l’Exemple", "23600 Boussac"), phone="05 00 00 00 01"
)
LONG_NAME = "Marie-Antoinette Élisabeth Geneviève d’Aubusson de La Feuillade-Saint-Maur L’Aînée"[:80]
UNBROKEN_NAME = "Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaftschafersacht" + "hundred"
HALF = {"mandate.revoke", "space.open", "consent.give", "grant.give", "grant.revoke"}
# As many as someone who wants to be served well may choose.
MANY = {
    *HALF, "space.close", "space.reopen", "consent.withdraw", "grant.change", "contact.change", "block.add",
    "request.accept",
}  # fmt: skip
MORNING = datetime(2026, 5, 1, 10, 12)


def scopes(ticked: set[str] | None) -> tuple[Scope, ...]:
    """The acts chosen; None: every act that a mandate can list."""
    acts = [act for act in all_acts() if Via.MANDATE in act.bases]
    return tuple(Scope(act.label, act.sentence) for act in acts if ticked is None or act.code in ticked)


def mandate(ticked: set[str] | None = HALF, **changes: Any) -> MandateSheet:
    """Odette's mandate to Boussac."""
    given: dict[str, Any] = {
        "reference": "MD-7K2P-9QXA", "code": codes.mandate_code("MD-7K2P-9QXA"),
        "slip": codes.slip_code("MD-7K2P-9QXA"), "counter": BOUSSAC, "scopes": scopes(ticked), "duration": "1 an",
        "person": PersonLines(
            names=("Odette Marie Garnier", "nom utilisé : Odette Vidal"), birth="née le 12 mars 1945",
            address=("4 rue du Château", "23600 Boussac"),
        ),
        "place": "Boussac", "made_on": date(2026, 5, 4), "agent": "Karim Benali", "return_address": OPERATOR,
        "site": "https://exemple.fr", "phone": "01 00 00 00 00",
    }  # fmt: skip
    return MandateSheet(**{**given, **changes})


def marked(ticked: set[str] | None = HALF, **changes: Any) -> MandateSheet:
    """A mandate by a mark before two witnesses."""
    return mandate(ticked, signer=Signer.MARK, witnesses=("Jeanne Dupont", "Marc Lefèvre"), **changes)


def guarded(ticked: set[str] | None = HALF, **changes: Any) -> MandateSheet:
    """A mandate that the guardian signs."""
    guardian = Guardian("Hélène Vidal", "tribunal judiciaire de Guéret", date(2024, 2, 6))
    return mandate(ticked, signer=Signer.GUARDIAN, guardian=guardian, **changes)


def form() -> FormSheet:
    """A form with every kind of question."""
    fields = (
        PaperField(kind="grid", label="Grille de quarante", count=40, help="Une lettre par case.", required=True),
        PaperField(kind="grid", label="Grille de quinze", count=15),
        PaperField(kind="date", label="Date de naissance", required=True),
        PaperField(kind="lines", label="Quelques mots", count=3),
        PaperField(kind="boxes", label="Une couleur", choices=("Rouge", "Vert"), one_only=True, required=True),
        PaperField(kind="boxes", label="Des fruits", choices=("Pomme", "Poire", LONG_NAME)),
        PaperField(kind="boxes", label="", choices=("Je suis d’accord",), required=True),
        PaperField(kind="words", label="De qui s’agit-il ?"),
    )
    return FormSheet(
        title="Un formulaire d’essai", act_code="space.open", code=codes.form_code("space.open", 1),
        sections=(Section("La personne", "Telle qu’à l’état civil.", fields),), intro="Écrivez en capitales.",
        return_address=OPERATOR,
    )  # fmt: skip


def personal_form(name: str = "Odette Marie Garnier") -> FormSheet:
    """A form made for one person."""
    return form_sheet(get_act("grant.revoke"), reference="PF-1234-ABCD", personal=name, about="Dr Claire Lemoine")


def letter(number: int = 1, **changes: Any) -> LetterSheet:
    """A letter with tables, a slip and a form."""
    reference = f"LT-{number:04d}-AAAA"
    given: dict[str, Any] = {
        "reference": reference, "address": ("Odette Marie Garnier", "4 rue du Château", "23600 Boussac"),
        "sender": OPERATOR, "dated": date(2026, 5, 4), "subject": "Ce qui a été fait dans votre espace de santé",
        "paragraphs": ("Bonjour,", "Voici tout ce qui a été fait pour vous."),
        "tables": (
            Table("Ouvrir mon espace", (Line("Quand", "4 mai 2026 à 10:12"), Line("Rappels", "oui"))),
            Table("", (Line("Accès donné à", LONG_NAME),)),
        ),
        "closing": "Vous pouvez changer d’avis quand vous voulez.",
        "slips": (
            Slip(
                title="Mettre fin au mandat", text="Signez ce coupon.", code=codes.slip_code("MD-7K2P-9QXA"),
                reference="MD-7K2P-9QXA", return_address=OPERATOR,
                fields=(PaperField(kind="lines", label="Un mot, si vous voulez"),),
            ),
        ),
        "forms": (personal_form(),),
    }  # fmt: skip
    return LetterSheet(**{**given, **changes})


def receipt(**changes: Any) -> ReceiptSheet:
    """The receipt of an access given at the counter."""
    given: dict[str, Any] = {
        "number": "0193c1f0-7a55-7a3e-9d3e-2f0d6b0e3f11", "act": "Donner un accès", "at": MORNING,
        "by": "un agent du guichet", "basis": "mandat (MD-7K2P-9QXA)", "on_behalf_of": LONG_NAME,
        "lines": (Line("Accès donné à", "Dr Claire Lemoine"), Line("Durée", "6 mois")),
        "how_to_check": "Montrez-le à un guichet.", "how_to_contest": "Écrivez-nous.",
    }  # fmt: skip
    return ReceiptSheet(**{**given, **changes})


def visit(**changes: Any) -> VisitSheet:
    """A visit with an act done and one refused."""
    given: dict[str, Any] = {
        "counter": BOUSSAC, "agent": "Karim Benali", "started": MORNING, "ended": MORNING + timedelta(minutes=25),
        "person": LONG_NAME, "document_seen": "carte d’identité …4F2", "mandate": "MD-7K2P-9QXA",
        "acts": (
            VisitAct(MORNING, "Ouvrir mon espace", "Rappels : oui"),
            VisitAct(MORNING, "Fermer mon espace", "pas dans le mandat", refused=True),
        ),
    }  # fmt: skip
    return VisitSheet(**{**given, **changes})


def trace(**changes: Any) -> TraceSheet:
    """A history of two days."""
    doctor = f"Dr {UNBROKEN_NAME}, médecin généraliste, Boussac"
    given: dict[str, Any] = {
        "person": LONG_NAME, "period": "du 1er avril 2026 au 30 juin 2026", "made_on": date(2026, 7, 1), "left_out": 12,
        "narrowed": ("Seulement les lectures par quelqu’un d’autre",),
        "lines": (
            TraceLine(MORNING, "Fiche d’urgence ouverte", doctor, "accès donné", "Contenu : allergies", is_read=True),
            TraceLine(MORNING, "Donner un accès", "un agent du guichet", "mandat", "Mandat terminé", refused=True),
            TraceLine(MORNING - timedelta(days=1), "Ouvrir mon espace", "la personne elle-même", "en ligne"),
        ),
    }  # fmt: skip
    return TraceSheet(**{**given, **changes})


def notice(**changes: Any) -> NoticeSheet:
    """A short notice."""
    body = "<h2>Qui est responsable</h2><p>Nous.</p><ul><li>une adresse</li></ul>"
    given: dict[str, Any] = {
        "title": "Notice d’essai", "version": "2026-11", "in_force_from": date(2026, 5, 1), "sha256": "ab" * 32,
        "body": body,
    }  # fmt: skip
    return NoticeSheet(**{**given, **changes})


KINDS: dict[str, Callable[[], Sheet]] = {
    "mandate": mandate,
    "mandate in large print": lambda: mandate(large_print=True),
    "mandate by a mark": marked,
    "mandate by a guardian": guarded,
    "form": form,
    "personal form": personal_form,
    "letter": letter,
    "receipt": receipt,
    "visit": visit,
    "trace": trace,
    "notice": notice,
    "easy notice": lambda: notice(easy=True),
}

"""Invented sheets to measure with: a mandate of every act, letters as a visit makes them."""

from datetime import date

from assistance.compose import form_sheet
from assistance.paper import codes
from assistance.paper.sheets import CounterLines, LetterSheet, Line, MandateSheet, PersonLines, Scope, Slip, Table
from consent.acts.registry import all_acts, get_act
from consent.bases import Via

OPERATOR = ("Plein gré – service courrier", "1 place de l’Exemple", "00000 Démonstration")
ALPHABET = codes.ALPHABET


def reference(prefix: str, number: int) -> str:
    """The reference of this number, always the same."""
    drawn = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(8)))
    return f"{prefix}-{drawn[:4]}-{drawn[4:]}"


def mandate() -> MandateSheet:
    """A mandate: half of the acts chosen."""
    acts = [act for act in all_acts() if Via.MANDATE in act.bases]
    number = reference("MD", 137)
    return MandateSheet(
        reference=number,
        code=codes.mandate_code(number),
        slip=codes.slip_code(number),
        person=PersonLines(
            names=("Odette Marie Garnier",), birth="née le 12 mars 1945", address=("4 rue du Château", "23600 Boussac")
        ),
        counter=CounterLines(
            name="France Services de Boussac", address=("1 place de l’Exemple", "23600 Boussac"), phone="05 00 00 00 00"
        ),
        scopes=tuple(Scope(act.label, act.sentence) for act in acts[::2]),
        duration="1 an",
        place="Boussac",
        made_on=date(2026, 5, 4),
        return_address=OPERATOR,
        site="https://exemple.fr",
        phone="01 00 00 00 00",
    )


def letter(number: int) -> LetterSheet:
    """A letter after a visit: what was done, a slip to end the mandate, a form to take back the access."""
    name = f"Odette Garnier {number}"
    mandate_reference = reference("MD", number)
    form = form_sheet(
        get_act("grant.revoke"), reference=reference("PF", number), personal=name, about="Dr Claire Lemoine"
    )
    facts = Line("Quand", "4 mai 2026 à 10:12"), Line("Comment", "au guichet, sous mandat")
    grant = *facts, Line("Accès donné à", "Dr Claire Lemoine"), Line("Durée", "6 mois")
    return LetterSheet(
        reference=reference("LT", number),
        address=(name, f"{number} rue du Château", "23600 Boussac"),
        sender=OPERATOR,
        dated=date(2026, 5, 4),
        subject="Ce qui a été fait dans votre espace de santé",
        paragraphs=("Bonjour,", "Le 4 mai 2026, vous êtes venue au guichet. Voici tout ce qui y a été fait pour vous."),
        tables=(Table("Ouvrir mon espace", facts), Table("Donner un accès", grant)),
        closing="Vous pouvez changer d’avis quand vous voulez, par toutes les voies, sans dire pourquoi.",
        slips=(
            Slip(
                title=f"Mettre fin au mandat {mandate_reference}",
                text="Pour mettre fin à ce mandat, signez ce coupon et renvoyez-le. Il suffit.",
                code=codes.slip_code(mandate_reference),
                reference=mandate_reference,
                return_address=OPERATOR,
            ),
        ),
        forms=(form,),
    )

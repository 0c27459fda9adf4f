"""What shows that a text of a page is in French, and what may be French on an English page."""

import re
from html.parser import HTMLParser

from assistance.departments import DEPARTMENTS
from portal.demo import cast

FRENCH_LETTER = re.compile(r"[àâçéèêëîïôùûüœÀÂÇÉÈÊÎÔÛŒ«»]|\b[ldnsjcmLDNSJCM]’|\bqu’")
FRENCH_WORD = re.compile(
    r"\b(?:le|la|les|des|du|une|est|sont|pas|et|ou|vous|votre|vos|nous|pour|dans|par|sur|avec|sans|cette|ces|qui|que"
    r"|mon|mes|au|aux|il|elle|sera|faire|guichet|espace|mandat|courrier|personne|retirer|ouvrir|donner)\b"
)
# Names that stay French in an English sentence.
NAMES = [
    "Plein gré", "Défenseur des droits", "Libre réponse", "Commission nationale de l’informatique et des libertés",
    "3 place de Fontenoy", "1 place de l’Exemple", "Démonstration", "service courrier", "Paris cedex 07",
    "www.cnil.fr/fr/plaintes", "carte Vitale", "Régie publique de santé du Pays d’Exemple (organisme inventé)",
    "Pénicilline",  # what the person wrote
    *DEPARTMENTS.values(),
]  # fmt: skip


INVENTED = {
    *(part for account in cast.ACCOUNTS for part in (account.name, account.name.split()[0])),
    *(value for one in (*cast.PROFESSIONALS, *cast.ESTABLISHMENTS) for value in one.values()),
    *(name for someone in cast.TO_TYPE for name in (someone.traits.birth_name, *someone.traits.first_names.split())),
    *(value for someone in cast.TO_TYPE for value in someone.contact.values()),
}


def without_names(text: str) -> str:
    """The text without the names that stay French."""
    for name in sorted([*NAMES, *INVENTED], key=len, reverse=True):
        text = text.replace(name, "")
    return text


class Words(HTMLParser):
    """What a page shows, without the parts that say they are in French."""

    VOID = {"meta", "link", "br", "img", "input", "hr", "wbr", "source"}

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        in_french = (said.get("lang") or "").startswith("fr") or bool(self.open and self.open[-1][1])
        if tag not in self.VOID:
            self.open.append((tag, in_french))
        if not in_french:
            self.texts += [said[name] or "" for name in ("aria-label", "title", "alt") if name in said]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(" ".join(data.split()))


def french_in(markup: str) -> list[str]:
    """The texts of a page that are in French and do not say so."""
    shown = [without_names(text) for text in Words(markup).texts]
    return [text for text in shown if FRENCH_LETTER.search(text) or len(FRENCH_WORD.findall(text)) > 1]

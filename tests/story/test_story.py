"""Odette, Lucien and Aïcha, who have no internet, and Karim and Nadia who serve them: the whole story, in Chromium.

JavaScript is off. The papers are printed by the worker, made into pictures as a scanner would, and sent back.
"""

import io
import re
import subprocess
from typing import Any

import pypdfium2
from django.utils import timezone
from playwright.sync_api import Browser

from portal.demo.cast import AICHA, LUCIEN, ODETTE, PASSWORD, PROFESSIONALS, Somebody
from portal.demo.codes import current
from tests.story.browser import Album, Someone
from tests.story.service import Service

LEMOINE = PROFESSIONALS[0]
MANDATE_SCOPES = ["space.open", "consent.give", "consent.withdraw", "grant.give", "grant.revoke", "contact.change"]


class Story:
    """The steps, each a method that reads as what happens."""

    def __init__(self, service: Service, browser: Browser, album: Album) -> None:
        self.service, self.browser, self.album = service, browser, album
        self.people: dict[str, Someone] = {}
        self.papers: dict[str, bytes] = {}
        self.mandate_reference = ""

    def browser_of(self, name: str) -> Someone:
        if name not in self.people:
            self.people[name] = Someone(self.browser, self.service.url, self.album, name)
        return self.people[name]

    def signs_in(self, name: str) -> Someone:
        someone, account = self.browser_of(name), self.service.accounts[name]
        someone.goes_to("/compte/login/")
        someone.looks("sign-in")
        someone.fills(login=account["email"], password=PASSWORD)
        someone.presses("Se connecter")
        if account["totp_secret"]:
            someone.looks("second factor")
            someone.fills(code=current(account["totp_secret"]).now)
            someone.presses("Valider")
        return someone

    # -- at the counter

    def begins_a_visit(self, agent: Someone, person: Somebody, kind: str, tail: str) -> None:
        agent.goes_to("/guichet/")
        agent.looks("desk")
        agent.follows("Commencer une visite")
        fill_traits(agent, person)
        agent.fills(document_tail=tail)
        agent.ticks(("document_kind", kind), "not_mine")
        agent.looks("begins a visit")
        agent.presses("Commencer la visite")
        agent.looks("visit")

    def confirms(self, someone: Someone, title: str) -> None:
        """Check the answers, confirm, look at the receipt."""
        someone.looks(f"{title} form")
        someone.presses("Vérifier")
        someone.sees("Vérifiez avant de confirmer", "Ce qui va changer")
        someone.looks(f"{title} check")
        someone.page.locator("button[value=confirm]").click()
        someone.sees("C’est fait")
        someone.looks(f"{title} receipt")

    def mandate_is_prepared(self, agent: Someone) -> None:
        agent.page.locator("summary").first.click()
        blank = agent.page.locator("details a[href*='mandate.give']").get_attribute("href") or ""
        blank = agent.fetches(blank, "sheet to choose on")
        assert "Donner un mandat" in text_of(blank)
        agent.page.locator("main").get_by_role("link", name="Donner un mandat à un guichet", exact=True).first.click()
        contact = ODETTE.contact
        agent.fills(**{name: contact[name] for name in ("address", "postcode", "town", "phone")})
        agent.ticks(("channel", "post"), ("duration", "year"), ("signer", "person"))
        agent.ticks(*(("scopes", scope) for scope in MANDATE_SCOPES))
        self.confirms(agent, "mandate")

    def mandate_is_printed_signed_and_scanned(self, agent: Someone) -> None:
        agent.goes_to(self.visit_of(agent))
        agent.follows("Imprimer, faire signer")
        agent.looks("mandate to sign")
        action = agent.page.locator("form[action$='/imprimer/']").get_attribute("action") or ""
        paper = agent.posts(action, "mandate")
        self.mandate_reference = re.search(r"MD-\w{4}-\w{4}", text_of(paper))[0]
        agent.page.reload()
        agent.page.locator("[name=scan]").set_input_files(scan_of(paper, turned=90))
        agent.presses("Envoyer le mandat numérisé")
        agent.sees("Le mandat est en vigueur", self.mandate_reference)
        agent.looks("mandate in force")

    def visit_of(self, agent: Someone) -> str:
        return re.match(r".*/guichet/visite/[0-9a-f-]+/", agent.page.url)[0]

    def ends_the_visit(self, agent: Someone, title: str) -> str:
        agent.presses("Terminer la visite")
        agent.sees("La visite est terminée")
        agent.looks(f"{title} ended")
        paper = agent.fetches(agent.address_of("Imprimer le reçu de la visite"), f"{title} receipt of the visit")
        with agent.page.expect_response(lambda answer: "/quitter/" in answer.url) as answered:
            agent.presses("Effacer et revenir au guichet")
        assert '"cache"' in answered.value.all_headers()["clear-site-data"]
        return text_of(paper)

    # -- in the mail room

    def prints_all_letters(self, clerk: Someone, title: str) -> str:
        clerk.goes_to("/service/lettres/")
        clerk.looks(f"{title} to print")
        letters = text_of(clerk.posts("/service/lettres/lot/", title))
        clerk.page.reload()
        clerk.looks(f"{title} printed")
        clerk.presses("Tout est posté")
        return letters


def fill_traits(someone: Someone, person: Somebody) -> None:
    traits = person.traits
    someone.fills(
        birth_name=traits.birth_name, first_names=traits.first_names, birth_place=traits.birth_place,
        birth_date=f"{traits.birth_date:%d/%m/%Y}",
    )  # fmt: skip
    if someone.page.locator("[name=nir]").count():
        someone.fills(nir=traits.nir)
    someone.ticks(("sex", traits.sex))


def text_of(paper: bytes) -> str:
    """The words of a PDF, as poppler reads them."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def scan_of(paper: bytes, *, turned: int = 0, dpi: int = 150) -> dict[str, Any]:
    """The paper as a scanner gives it back: grey pictures in a PDF, perhaps turned."""
    pages = [
        page.render(scale=dpi / 72).to_pil().convert("L").rotate(turned, expand=True)
        for page in pypdfium2.PdfDocument(paper)
    ]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=dpi)
    return {"name": "numerisation.pdf", "mimeType": "application/pdf", "buffer": file.getvalue()}


def test_people_without_internet_are_served_from_end_to_end(service: Service, browser: Browser, album: Album):
    story = Story(service, browser, album)
    visitor = story.browser_of("visitor")
    for path in ("/", "/demonstration/", "/guichets/?lieu=Boussac", "/guichets/137/", "/information/", "/papier/"):
        visitor.goes_to(path)
        visitor.looks(path)

    # 1 and 2. Karim meets Odette; nothing exists; her mandate.
    karim = story.signs_in("karim")
    story.begins_a_visit(karim, ODETTE, "card", "4K7")
    karim.sees("Aucun dossier vérifié")
    story.mandate_is_prepared(karim)
    story.mandate_is_printed_signed_and_scanned(karim)

    # 3. Under the mandate: her space, each choice by itself; her doctor's access.
    karim.follows("Continuer la visite")
    karim.looks("visit under mandate")
    karim.page.locator("main").get_by_role("link", name="Ouvrir mon espace", exact=True).first.click()
    karim.sees("SHA-256")
    assert karim.page.locator("input:checked").count() == 0
    karim.ticks(("reminders", "yes"), ("statistics", "no"), ("research", "no"), "notice_read", "wish")
    story.confirms(karim, "open the space")
    karim.goes_to(story.visit_of(karim))
    karim.page.locator("main").get_by_role("link", name="Donner un accès", exact=True).first.click()
    karim.fills(reader_number=LEMOINE["rpps"])
    karim.ticks(("rights", "read"), ("extent", "some"), ("duration", "6m"))
    karim.ticks(("categories", "prescriptions"), ("categories", "reports"))
    story.confirms(karim, "give access")
    sheet = story.ends_the_visit(karim, "visit")
    assert "Ouvrir mon espace" in sheet
    assert LEMOINE["name"] in sheet

    # 4. The letter at home, with the slip and the form.
    nadia = story.signs_in("nadia")
    nadia.looks("mail service")
    letter = story.prints_all_letters(nadia, "letter of the visit")
    assert "Odette Garnier" in letter
    assert f"Mettre fin au mandat {story.mandate_reference}" in letter
    assert "Retirer un accès" in letter

    # 5. Online: the code by post, what was done, the ends; Karim's open page.
    odette = story.signs_in("odette")
    odette.looks("account linked to nobody")
    odette.follows("Relier mon compte par un code")
    fill_traits(odette, ODETTE)
    odette.looks("asks the code")
    odette.presses("Demander le code")
    odette.looks("waits for the code")
    service.manage(
        "shell", "-c", "from consent import outbox; from datetime import timedelta; outbox.sweep(timedelta())"
    )
    code = re.search(
        r"(?<![-\w])[0-9A-Z]{4}-[0-9A-Z]{4}(?![-\w])", story.prints_all_letters(nadia, "letter of the code")
    )[0]
    odette.fills(code=code)
    odette.presses("Relier mon compte")
    odette.sees("Mon espace", LEMOINE["name"], story.mandate_reference)
    odette.looks("her space")
    odette.follows("Voir tout l’historique")
    odette.sees("Boussac", story.mandate_reference, "Ouvrir mon espace", "Donner un accès")
    odette.looks("who did what")

    story.begins_a_visit(karim, ODETTE, "card", "4K7")
    karim.sees(story.mandate_reference)
    odette.goes_to("/mon-espace/")
    odette.page.get_by_role("button", name=re.compile("Retirer")).or_(
        odette.page.get_by_role("link", name=re.compile(f"Retirer.*{re.escape(LEMOINE['name'])}"))
    ).first.click()
    end_act(odette, "withdraws the access")
    odette.goes_to("/mon-espace/")
    odette.page.get_by_role("link", name=re.compile("Y mettre fin")).or_(
        odette.page.get_by_role("button", name=re.compile("Y mettre fin"))
    ).first.click()
    end_act(odette, "ends the mandate")

    karim.page.locator("main").get_by_role("link", name="Donner un accès", exact=True).first.click()
    assert karim.document.status == 403
    karim.sees(story.mandate_reference, "la personne y a mis fin")
    karim.looks("refused")
    odette.goes_to("/mon-espace/trace/")
    odette.sees("essai refusé", "la personne y a mis fin")
    odette.looks("sees the refused try")

    # 6. Lucien refuses; Aïcha writes.
    karim.goes_to("/guichet/")
    karim.follows("Y revenir")
    story.ends_the_visit(karim, "second visit")
    story.begins_a_visit(karim, LUCIEN, "passport", "82C")
    karim.page.locator("main").get_by_role("link", name="Refuser tout espace", exact=True).first.click()
    karim.ticks("wish")
    story.confirms(karim, "refusal")
    sheet = story.ends_the_visit(karim, "refusal")
    assert "Refuser tout espace" in sheet
    assert "Perrin" not in sheet

    form = nadia.fetches("/papier/space.open/", "blank form")
    nadia.goes_to("/service/courrier/")
    nadia.fills(received_on=f"{timezone.localdate():%d/%m/%Y}")
    nadia.page.locator("[name=scans]").set_input_files(scan_of(form))
    nadia.looks("mail room")
    nadia.presses("Enregistrer les courriers")
    nadia.looks("mail received")
    nadia.page.locator("main table a").first.click()
    nadia.sees("Ouvrir mon espace")
    nadia.presses("Prendre ce courrier")
    nadia.looks("mail taken")
    nadia.follows("Remplir : Ouvrir mon espace")
    fill_traits(nadia, AICHA)
    nadia.fills(**{name: AICHA.contact[name] for name in ("address", "postcode", "town")})
    nadia.ticks(("channel", "post"), ("reminders", "no"), ("statistics", "no"), ("research", "no"))
    nadia.ticks("notice_read", "wish")
    story.confirms(nadia, "open by post")
    answer = story.prints_all_letters(nadia, "letter to aicha")
    assert f"{AICHA.traits.first_names} {AICHA.traits.birth_name}" in answer

    faults = [fault for someone in story.people.values() for fault in someone.faults]
    assert not faults, "\n".join(faults)


def end_act(someone: Someone, title: str) -> None:
    """From the button of an end to its receipt: as few steps as to begin."""
    someone.looks(f"{title} check")
    if someone.page.locator("button[value=confirm]").count() == 0:
        someone.presses("Vérifier")
    someone.page.locator("button[value=confirm]").click()
    someone.sees("C’est fait")
    someone.looks(f"{title} receipt")


def test_nothing_is_kept_of_who_refused(service: Service):
    """Lucien's names, in no row of the story's database (kept texts are encrypted, so this looks at what is in clear)."""
    count = service.manage("shell", "-c", "from consent.models import Refusal; print(Refusal.objects.count())")
    assert count.strip().splitlines()[-1] == "1"

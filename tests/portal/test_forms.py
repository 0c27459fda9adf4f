"""Any Django form comes out in the design system, with its errors where people look for them."""

from typing import Any

import pytest
from django import forms
from django.utils import translation
from lxml import html

from portal.forms import PageFormRenderer

DOORS = [("post", "Courrier"), ("web", "Écran")]
KINDS = [("a", "Analyses"), ("o", "Ordonnances")]


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


class VisitForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Nom", help_text="Tel qu’à l’état civil.", widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.EmailField(label="Courriel", required=False)
    born = forms.DateField(label="Naissance")
    door = forms.ChoiceField(label="Porte", choices=[("post", "Courrier"), ("web", "Écran")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Documents",
        choices=[("a", "Analyses"), ("o", "Ordonnances")],
        widget=forms.CheckboxSelectMultiple,
    )
    length = forms.ChoiceField(label="Durée", choices=[("", "Choisir"), ("m", "1 mois")])
    reason = forms.CharField(label="Motif", widget=forms.Textarea)
    scan = forms.FileField(label="Numérisation", help_text="PDF ou image.")
    agreed = forms.BooleanField(label="J’ai lu la notice")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        if self.data.get("reason") == "non":
            raise forms.ValidationError("Ce motif ne suffit pas.")
        return self.cleaned_data


def shown(form: forms.Form) -> html.HtmlElement:
    form.renderer = PageFormRenderer()
    return html.fromstring(f"<form>{form}</form>")


VISIBLE = ["name", "born", "door", "kinds", "length", "reason", "scan", "agreed"]


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert shown(VisitForm()).xpath('//*[@id="erreurs"]') == []


def test_each_mistake_of_the_summary_leads_to_a_field_of_the_page() -> None:
    page = shown(VisitForm({}))
    targets = [link.get("href") for link in page.xpath('//*[@id="erreurs"]//a')]
    assert targets == [
        "#id_name", "#id_born", "#id_door_0", "#id_kinds_0", "#id_length", "#id_reason", "#id_scan",
        "#id_agreed",
    ]  # fmt: skip
    for target in targets:
        assert len(page.xpath(f'//*[@id="{target[1:]}"]')) == 1


def test_the_summary_counts_its_mistakes_and_takes_the_focus() -> None:
    (summary,) = shown(VisitForm({})).xpath('//*[@id="erreurs"]')
    assert "8 erreurs" in summary.text_content()
    assert summary.get("tabindex") == "-1"
    assert summary.get("autofocus") is not None


def test_a_mistake_of_the_whole_form_comes_first_and_leads_nowhere() -> None:
    lines = shown(VisitForm({"reason": "non"})).xpath('//*[@id="erreurs"]//li')
    assert lines[0].text_content() == "Ce motif ne suffit pas."
    assert lines[0].xpath(".//a") == []


@pytest.mark.parametrize("name", VISIBLE)
def test_a_wrong_field_is_tied_to_its_message(name: str) -> None:
    page = shown(VisitForm({}))
    (message,) = page.xpath(f'//*[@id="id_{name}_error"]')
    assert "obligatoire" in message.text_content()
    described = page.xpath(f'//*[contains(concat(" ", @aria-describedby, " "), " id_{name}_error ")]')
    assert len(described) == 1


@pytest.mark.parametrize("name", ["name", "born", "length", "reason", "scan", "agreed"])
def test_a_wrong_field_says_so_to_a_screen_reader(name: str) -> None:
    (control,) = shown(VisitForm({})).xpath(f'//*[@id="id_{name}"]')
    assert control.get("aria-invalid") == "true"


def test_a_wrong_choice_says_so_once_on_its_group() -> None:
    page = shown(VisitForm({}))
    (group,) = page.xpath('//fieldset[@role="radiogroup"]')
    assert group.get("aria-invalid") == "true"
    assert page.xpath('//input[@type="radio"][@aria-invalid]') == []


def test_each_control_has_a_label_and_each_group_a_legend() -> None:
    page = shown(VisitForm())
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert len(page.xpath(f'//label[@for="{control.get("id")}"]')) == 1, control.get("name")
    assert [legend.text_content().strip() for legend in page.xpath("//legend")] == ["Porte", "Documents"]


def test_a_hint_describes_its_field() -> None:
    page = shown(VisitForm())
    assert page.xpath('//*[@id="id_name"]/@aria-describedby') == ["id_name_helptext"]
    assert page.xpath('//*[@id="id_scan"]/@aria-describedby') == ["id_scan_helptext"]


def test_a_field_that_may_stay_empty_says_so() -> None:
    page = shown(VisitForm())
    assert "(facultatif)" in page.xpath('//label[@for="id_email"]')[0].text_content()
    assert "(facultatif)" not in page.xpath('//label[@for="id_name"]')[0].text_content()


def test_nothing_typed_is_lost() -> None:
    data = {
        "name": "d’Orgeval-Müller",
        "born": "31/02/1944",
        "door": "web",
        "kinds": ["o"],
        "reason": "a <b>",
    }
    page = shown(VisitForm(data))
    assert page.xpath('//*[@id="id_name"]/@value') == ["d’Orgeval-Müller"]
    assert page.xpath('//*[@id="id_born"]/@value') == ["31/02/1944"]
    assert page.xpath("//input[@checked]/@value") == ["web", "o"]
    assert page.xpath('//*[@id="id_reason"]')[0].text.strip() == "a <b>"


def test_nothing_is_ticked_beforehand() -> None:
    assert shown(VisitForm()).xpath("//input[@checked] | //option[@selected][@value!='']") == []


def test_what_the_field_asks_of_the_browser_is_kept_but_grey_words_are_not() -> None:
    form = VisitForm()
    form.fields["name"].widget.attrs["placeholder"] = "Dupont"
    (control,) = shown(form).xpath('//*[@id="id_name"]')
    assert control.get("autocomplete") == "off"
    assert control.get("placeholder") is None


def test_sections_put_their_fields_under_headings_and_forget_none() -> None:
    form = VisitForm()
    form.sections = [("Vous", "Comme sur vos papiers.", ["born", "name"]), ("Rien", "", ["absent"])]
    page = shown(form)
    assert [heading.text_content() for heading in page.xpath("//h2")] == ["Vous"]
    names = [each for each in page.xpath("//*[@name]/@name") if each != "secret"]
    assert names[:3] == ["born", "name", "email"]
    assert set(names) == set(VisitForm.base_fields) - {"secret"}

"""The pages that anyone may read: home, rights, legal notice, accessibility, the gallery of components."""

from datetime import date

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consent.days import day_words


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this service is, and show its three doors."""
    return render(request, "portal/home.html")


@login_not_required
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """The rights of a person over their data, in short, and how to use them."""
    return render(request, "portal/rights.html")


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts the service (law 2004-575 of 21 June 2004, article 1-1)."""
    return render(request, "portal/legal.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that article 47 of law 2005-102 asks for."""
    return render(request, "portal/accessibility.html", {"site_url": settings.SITE_URL})


class GalleryForm(forms.Form):
    """One field of each kind, to look at."""

    name = forms.CharField(label=_("Nom de naissance"), max_length=80, help_text=_("Tel qu’à l’état civil."))
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    born = forms.DateField(label=_("Date de naissance"))
    channel = forms.ChoiceField(
        label=_("Comment vous écrire ?"),
        choices=[("post", _("Par courrier")), ("screen", _("À l’écran")), ("counter", _("Au guichet"))],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Documents concernés"),
        help_text=_("Cochez ce que vous voulez."),
        choices=[("results", _("Résultats d’analyses")), ("prescriptions", _("Ordonnances"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    duration = forms.ChoiceField(label=_("Durée"), choices=[("", _("Choisir")), ("month", _("1 mois"))])
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    scan = forms.FileField(label=_("Document signé"), help_text=_("PDF, JPEG ou PNG."), required=False)
    agreed = forms.BooleanField(label=_("J’ai lu la notice"))

    sections = [(_("Qui vous êtes"), _("Comme sur votre pièce d’identité."), ["name", "email", "born"])]


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the look on one page; only where nobody real is served."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    rows = [(_("Docteur Lemoine"), _("Ordonnances"), day_words(date(2026, 3, 3))), (_("Personne"), "—", "—")]
    context = {
        "form": GalleryForm(),
        "faulty_form": GalleryForm({"born": "31/02/1944", "channel": "post"}, auto_id="faulty_%s"),
        "heads": [_("Qui"), _("Quoi"), _("Jusqu’au")],
        "rows": rows,
        "answers": [(_("Nom de naissance"), "Garnier", "#name"), (_("Prénoms"), "Odette", "")],
        "page": Paginator(range(30), 10).get_page(2),
    }
    return render(request, "portal/components.html", context)

"""The public pages that lead to a counter; no account, no script, no map."""

from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assistance.departments import DEPARTMENTS
from assistance.finder import Found, Match, find, nearest_to
from assistance.hours import is_known, week_rows
from assistance.models.counter import Counter

PER_PAGE = 20


class FinderForm(forms.Form):
    """Where someone looks for a counter. Its fields are in the address of the page: the names are French."""

    lieu = forms.CharField(
        label=gettext_lazy("Ville ou code postal"),
        help_text=gettext_lazy("Par exemple : Boussac, ou 23600."),
        max_length=80,
        required=False,
    )
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    use_required_attribute = False

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, f"{code} – {name}") for code, name in DEPARTMENTS.items()]
        self.fields["departement"].choices = [("", _("Toute la France")), *named]

    def clean_lieu(self) -> str:
        """Refuse a number that is neither a postcode nor a department; anything else may be a town."""
        place = self.cleaned_data["lieu"]
        digits = place.replace(" ", "")
        if digits.isdigit() and len(digits) not in {4, 5} and digits not in DEPARTMENTS:
            raise ValidationError(_("Un code postal a cinq chiffres."))
        return place

    def clean(self) -> dict[str, str]:
        """Ask for one of the two at least."""
        answers = super().clean() or self.cleaned_data
        if not self.errors and not answers.get("lieu") and not answers.get("departement"):
            raise ValidationError(_("Écrivez une ville ou un code postal, ou choisissez un département."))
        return answers


@login_not_required
@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """The form, and under it the counters found for it."""
    asked = "lieu" in request.GET or "departement" in request.GET
    form = FinderForm(request.GET if asked else None)
    context: dict[str, object] = {"form": form, "total": 0 if asked else _total()}
    if asked and form.is_valid():
        place, department = form.cleaned_data["lieu"], form.cleaned_data["departement"]
        found = find(place, department)
        page = Paginator(found.counters, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "found": found,
            "page": page,
            "heading": heading(found, page.paginator.count),
            "explanation": explanation(found, place),
            "query": urlencode({"lieu": place, "departement": department}),
            "suggestions": [(town, urlencode({"lieu": town})) for town in found.suggestions],
        }
    return render(request, "assistance/finder/search.html", context, status=400 if form.errors else 200)


@login_not_required
@require_safe
def counter(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that is known of one counter, and those nearby."""
    shown = get_object_or_404(Counter, number=number)
    parent = shown.parent_number and Counter.objects.filter(number=shown.parent_number).first()
    context = {
        "counter": shown,
        "parent": parent,
        "branches": Counter.objects.filter(parent_number=shown.number, listed=True),
        "week": week_rows(shown.hours) if is_known(shown.hours) else [],
        "week_heads": [_("Jour"), _("Horaires")],
        "nearby": [(near, round(distance) or 1) for near, distance in nearest_to(shown)],
    }
    return render(request, "assistance/finder/counter.html", context)


def heading(found: Found, count: int) -> str:
    """The title of the results."""
    if not count:
        return _("Aucun guichet trouvé")
    if found.match in {Match.SECTOR, Match.NEAR_DEPARTMENT}:
        return _("Pas de guichet à cet endroit : les plus proches")
    return _("Un guichet trouvé") if count == 1 else _("%(count)d guichets trouvés") % {"count": count}


def explanation(found: Found, place: str) -> str:
    """Why these counters, in words; empty when they are simply what was asked."""
    name = {"department": DEPARTMENTS.get(found.department, ""), "place": place}
    if found.match == Match.SECTOR:
        return (
            _(
                "Aucun guichet à « %(place)s ». Nous ne connaissons pas la position exacte de ce lieu. "
                "Voici les guichets les plus proches du centre de ce secteur postal, à vol d’oiseau."
            )
            % name
        )
    if found.match == Match.NEAR_DEPARTMENT and place:
        return (
            _(
                "Aucun guichet à « %(place)s ». Nous ne connaissons pas la position exacte de ce lieu. "
                "Voici les guichets les plus proches du centre du département (%(department)s), à vol d’oiseau."
            )
            % name
        )
    if found.match == Match.NEAR_DEPARTMENT:
        return _("Aucun guichet dans ce département (%(department)s). Voici ceux des départements voisins.") % name
    if found.match == Match.NOTHING and place:
        return (
            _(
                "Nous ne trouvons pas de guichet à « %(place)s », et nous ne savons pas où est ce lieu. "
                "Écrivez le code postal, ou choisissez votre département : nous montrerons les plus proches."
            )
            % name
        )
    return ""


def _total() -> int:
    return Counter.objects.filter(listed=True).count()

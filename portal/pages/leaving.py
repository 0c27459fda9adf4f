"""« Quitter vite »: from any page to a neutral one, signed out, without script.

For whoever is looked at over the shoulder. The page it leads to carries neither our name nor our colours, and
nothing leads back: a calendar, as anyone may look at.
"""

from calendar import Calendar
from datetime import date

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe


@csrf_exempt  # a page left open for hours must still let go; being signed out by a stranger harms nobody
@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out, and lead to the neutral page; the browser forgets what it kept of here."""
    logout(request)
    answer = redirect("portal:calendar")
    answer.status_code = 303
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The neutral page: this month."""
    today: date = timezone.localdate()
    weeks = Calendar().monthdatescalendar(today.year, today.month)
    return render(
        request, "portal/calendar.html", {"today": today, "weeks": weeks, "weekdays": list(WEEKDAYS_ABBR.values())}
    )

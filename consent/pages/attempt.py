"""A form that does one thing, and says on itself why it was not done."""

from collections.abc import Callable
from http import HTTPStatus

from django.forms import BaseForm

from consent.acts.base import BusinessError

DONE = HTTPStatus.SEE_OTHER


def attempt(form: BaseForm, do: Callable[[], object]) -> int:
    """Do it if the form is valid; the status to answer with.

    `DONE`, or that of the form's page again: 422 for answers to mend, 409 when the rules of the service refuse, which
    the form then says at the top. Other errors of `do` go through.
    """
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        do()
    except BusinessError as error:
        form.add_error(None, str(error.message))
        return HTTPStatus.CONFLICT
    return DONE

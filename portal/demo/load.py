"""Load the demonstration. Doing it again changes nothing, but gives accounts their known passwords back.

Staff, professionals and accounts are set up here; what concerns a person comes from an act, as everywhere.
"""

from uuid import NAMESPACE_URL, uuid5

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from assistance.models import Counter, CounterRole
from assistance.roles import Service, join, join_service
from consent import roles
from consent.acts.perform import advisory_lock, perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import Establishment, Notice, Professional
from consent.models.journal_entry import ActorKind
from portal.accounts.user import User, create_account, username_of
from portal.demo import cast, witnesses
from portal.demo.family import load_family

SERVICES = {cast.Role.CLERK: Service.MAIL, cast.Role.AUDITOR: Service.AUDIT}
COUNTER_ROLES = {cast.Role.AGENT: CounterRole.AGENT, cast.Role.MANAGER: CounterRole.MANAGER}
# A directory's number is never taken over from somebody real.
_REAL = "{} is in the directory already, and not as an invented one: this database is not for a demonstration."


@transaction.atomic
def load() -> None:
    """Make what lacks. Raises `CommandError` when DEMO is off or when what must be there before is not."""
    if not settings.DEMO:
        raise CommandError(
            "The demonstration is off: DEMO is not set. It is never loaded where real people are served."
        )
    advisory_lock("demonstration", "load")
    _require_public_data()
    _load_directory()
    for account in cast.ACCOUNTS:
        user = _account(account)
        _second_factor(user, account)
        _place(user, account)
    _open_space_of_rose()
    load_family(User.objects.by_email("camille@demo.example"), User.objects.by_email("nadia@demo.example"))
    witnesses.declare()


def known_accounts() -> int:
    """How many accounts of the demonstration, whose passwords everybody knows, this database holds."""
    return User.objects.filter(username__in=[username_of(a.email) for a in cast.ACCOUNTS], is_active=True).count()


def _require_public_data() -> None:
    for number in (cast.COUNTER, cast.OTHER_COUNTER):
        if not Counter.objects.filter(number=number).exists():
            raise CommandError(f"Counter {number} is not loaded: run `manage.py load_counters` first.")
    if Notice.objects.in_force("fr") is None:
        raise CommandError("No notice is in force: run `manage.py load_notices` first.")


def _load_directory() -> None:
    for model, key, rows in (
        (Professional, "rpps", cast.PROFESSIONALS),
        (Establishment, "finess", cast.ESTABLISHMENTS),
    ):
        for row in rows:
            found, _created = model.objects.get_or_create(**{key: row[key]}, defaults={**row, "invented": True})
            if not found.invented:
                raise CommandError(_REAL.format(row[key]))


def _account(account: cast.Account) -> User:
    user = User.objects.by_email(account.email)
    if user is None:
        return create_account(account.email, cast.PASSWORD, account.name)
    if not user.check_password(cast.PASSWORD):
        user.set_password(cast.PASSWORD)
        user.save(update_fields=["password"])
    return user


def _second_factor(user: User, account: cast.Account) -> None:
    """The known secret and recovery codes, as allauth keeps them; left alone when they are there."""
    if account.totp_secret is None:
        return
    wanted = {
        Authenticator.Type.TOTP: ("secret", account.totp_secret, {}),
        Authenticator.Type.RECOVERY_CODES: ("seed", account.recovery_seed, {"used_mask": 0}),
    }
    for kind, (name, value, more) in wanted.items():
        found = Authenticator.objects.filter(user=user, type=kind).first()
        if found is None:
            Authenticator.objects.create(user=user, type=kind, data={name: encrypt(value), **more})
        elif decrypt(found.data.get(name, "")) != value:
            found.data = {name: encrypt(value), **more}
            found.save()


def _place(user: User, account: cast.Account) -> None:
    if account.role in COUNTER_ROLES:
        join(user, Counter.objects.get(number=account.counter), COUNTER_ROLES[account.role])
    elif account.role in SERVICES:
        join_service(user, SERVICES[account.role])
    elif account.rpps:
        roles.make_professional(user, Professional.objects.get(rpps=account.rpps))
        for place in Establishment.objects.filter(finess=account.finess):
            roles.work_in(user, place)


def _open_space_of_rose() -> None:
    """Rose opens her space online, by the act that anybody does, with the same form."""
    user = User.objects.by_email("rose@demo.example")
    if user.person_id:
        return
    act = get_act("space.open")
    basis = Basis(Via.SELF, None, Actor(ActorKind.PERSON, user.pk))
    traits = cast.ROSE.traits
    form = act.form_class(
        {
            "birth_name": traits.birth_name, "first_names": traits.first_names, "sex": traits.sex,
            "birth_date": traits.birth_date.strftime("%d/%m/%Y"), "birth_place": traits.birth_place,
            **cast.ROSE.contact,
            "reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on",
        },
        basis=basis,
    )  # fmt: skip
    if not form.is_valid():
        raise CommandError(f"The form of {act.code} refuses the demonstration's answers: {dict(form.errors)}")
    perform(act, basis, form.cleaned_data, uuid5(NAMESPACE_URL, f"demonstration:{user.pk}:space.open"))

"""The Celery application: queues, and what runs by the clock."""

import os
import signal
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
from portal.embedded import join_unless_named
from portal.embedded.processes import die_with

join_unless_named()
app = Celery("plein-gre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["portal.accounts"], related_name="reset")
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "consent.tasks.sweep_outbox", "schedule": 15.0},
    "seal-journal": {"task": "consent.tasks.seal_journal", "schedule": 5.0},
    "verify-new": {"task": "consent.tasks.verify_new", "schedule": crontab(minute=40)},
    "verify-whole": {"task": "consent.tasks.verify_whole", "schedule": crontab(hour=2, minute=10)},
    "erase-due": {"task": "consent.tasks.erase_due", "schedule": 60.0},
    "tell-by-the-clock": {"task": "consent.tasks.tell_by_the_clock", "schedule": crontab(minute=25)},
    "watch-log": {"task": "portal.tasks.watch_log", "schedule": 15.0},
    "heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 15.0},
    "end-idle-visits": {"task": "assistance.tasks.end_idle_visits", "schedule": 60.0},
    "apply-retention": {"task": "consent.tasks.apply_retention", "schedule": 3600.0},
    "case-clock": {"task": "assistance.tasks.run_case_clock", "schedule": crontab(hour=7, minute=5)},
    "purge-printouts": {"task": "assistance.tasks.purge_printouts", "schedule": 600.0},
}


@signals.worker_ready.connect
def first_heartbeat(**_kwargs: Any) -> None:
    """The clock beats after fifteen seconds only: a worker that has just come up says so itself."""
    from portal import health

    health.beat()


@signals.worker_process_init.connect
def end_with_worker(**_kwargs: Any) -> None:
    """A child of the worker does not outlive a worker that was killed."""
    die_with(os.getppid(), signal.SIGKILL)

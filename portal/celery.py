"""The Celery application: queues, and what runs by the clock."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
from portal.embedded import join_unless_named

join_unless_named()
app = Celery("plein-gre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "consent.tasks.sweep_outbox", "schedule": 15.0},
    "purge-printouts": {"task": "assistance.tasks.purge_printouts", "schedule": 600.0},
}

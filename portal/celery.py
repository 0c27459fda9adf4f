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
    "end-idle-visits": {"task": "assistance.tasks.end_idle_visits", "schedule": 60.0},
    "forget-unsigned-mandates": {"task": "assistance.tasks.forget_unsigned_mandates", "schedule": 3600.0},
    "purge-printouts": {"task": "assistance.tasks.purge_printouts", "schedule": 600.0},
}

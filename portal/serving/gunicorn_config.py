"""gunicorn's settings. Addresses carry references: no access log; what it says itself goes by our own format."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
timeout = 60
graceful_timeout = 15
keepalive = 5
accesslog = None
loglevel = os.environ.get("LOG_LEVEL", "WARNING").lower()
limit_request_line = 2048
limit_request_fields = 60
# A heartbeat file on disk may stall a worker; /dev/shm is memory.
worker_tmp_dir = "/dev/shm"  # noqa: S108
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"level": loglevel.upper(), "handlers": ["stderr"], "propagate": False}},
}

"""The one settings module: everything is read from the environment, and safe when nothing is said.

Variables: SECRET_KEY, MASTER_KEYSET (JSON of a Tink keyset; or MASTER_KEYSET_FILE), SEAL_KEYS (the
Ed25519 keys of the journal's seal, one a line; or SEAL_KEYS_FILE), SEAL_ORIGIN (the log's name), DATABASE_URL
(role `app`), OWNER_DATABASE_URL (role `owner`, for migrations only), REDIS_URL, ALLOWED_HOSTS,
SITE_URL, STATE_MARKS, DEMO, DEBUG, EMAIL_URL, SECURE, TRUSTED_PROXIES, STORAGE_ROOT, STATIC_ROOT, VAR_DIR,
LOG_LEVEL, OPERATOR, OPERATOR_PHONE. docs/operating.md says what each is for.

The choices on security follow OWASP ASVS 5.0, level 2; the numbers beside them are its requirements.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from consent.seal import EXAMPLE_ORIGIN

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY")
MASTER_KEYSET = env("MASTER_KEYSET", default="")
MASTER_KEYSET_FILE = env("MASTER_KEYSET_FILE", default="")
SEAL_KEYS = env("SEAL_KEYS", default="")
SEAL_KEYS_FILE = env("SEAL_KEYS_FILE", default="")
SEAL_ORIGIN = env("SEAL_ORIGIN", default=EXAMPLE_ORIGIN)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", default="http://localhost:8000")
# Who runs the service, as printed on letters: lines, the name first.
OPERATOR = env.list("OPERATOR", default=["Plein gré – service courrier", "1 place de l’Exemple", "00000 Démonstration"])
OPERATOR_PHONE = env("OPERATOR_PHONE", default="01 00 00 00 00")
STATE_MARKS = env.bool("STATE_MARKS", default=False)
SECURE = env.bool("SECURE", default=SITE_URL.startswith("https://"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "csp",
    "widget_tweaks",
    "dsfr",
    "portal.apps.PortalConfig",
    "assistance.apps.AssistanceConfig",
    "records.apps.RecordsConfig",
    "consent.apps.ConsentConfig",
]

MIDDLEWARE = [
    "portal.middleware.SameForAllMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.ClosedByDefaultMiddleware",
    "portal.middleware.NothingStaysMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.house",
            ],
            "builtins": ["consent.templatetags.days"],
        },
    }
]
FORM_RENDERER = "portal.forms.PageFormRenderer"

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"]["options"] = "-c search_path=public,keyring -c lock_timeout=10s"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env("OWNER_DATABASE_URL", default=""):
    DATABASES["owner"] = env.db("OWNER_DATABASE_URL")
    DATABASES["owner"].setdefault("OPTIONS", {})
    DATABASES["owner"]["OPTIONS"]["options"] = "-c search_path=public,keyring -c lock_timeout=4s"

REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "plein-gre",
    }
}
SESSION_ENGINE = "portal.accounts.sessions"
# 7.3.1: ended after 30 minutes without a click; 7.3.2: after 12 hours in any case (portal/middleware.py).
SESSION_COOKIE_AGE = 30 * 60
SESSION_LONGEST = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# 3.3.1, 3.3.3: the prefix keeps a cookie to this host and to TLS. Without TLS, on one's own machine, the port
# keeps two copies of the service apart: browsers share cookies between the ports of a host.
_PORT = f"-{urlsplit(SITE_URL).port}" if urlsplit(SITE_URL).port else ""
SESSION_COOKIE_NAME = "__Host-session" if SECURE else f"session{_PORT}"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else f"csrf{_PORT}"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "portal.pages.errors.csrf_failure"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "retry_on_timeout": False,
    # An act never waits for the broker: one try, then the sweeper delivers.
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
# What is quick and awaited goes by "receipts", what makes PDFs by "letters"; an outbox item says its own queue.
CELERY_TASK_ROUTES = {
    "assistance.tasks.purge_printouts": {"queue": "letters"},
    "consent.tasks.apply_retention": {"queue": "letters"},
    "consent.tasks.seal_journal": {"queue": "seal"},
    "consent.tasks.verify_*": {"queue": "verify"},
    "consent.tasks.*": {"queue": "receipts"},
    "assistance.tasks.*": {"queue": "receipts"},
    "portal.accounts.reset.*": {"queue": "receipts"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

STORAGE_ROOT = Path(env("STORAGE_ROOT", default=str(VAR_DIR / "files")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": STORAGE_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only our own cut of the design system is served: see docs/decisions.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# How long a page waits for the worker to make a PDF before it says « en préparation ».
PRINTOUT_WAIT_SECONDS = env.float("PRINTOUT_WAIT_SECONDS", default=8.0)

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backend.EmailBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:after-sign-in"
LOGOUT_REDIRECT_URL = "portal:home"

# How upper apps' accounts are made by those below them.
ACCOUNT_MAKER = "portal.accounts.user.create_account"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# The sign-in page asks nothing about remembering: a session ends with the browser, or after its idle time.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.LoginForm",
    "signup": "portal.accounts.forms.SignupForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/key,30/m/ip", "signup": "20/m/ip"}
# How many proxies stand between a browser and this process: the address that limits tries comes from them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if SECURE else 0)
MFA_ADAPTER = "portal.accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Plein gré"

GUARDIAN_RAISE_403 = True
ANONYMOUS_USER_NAME = None

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# English as in Britain: without this, 03/04/1944 would be the 4th of March.
FORMAT_MODULE_PATH = ["portal.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_mail = env.email("EMAIL_URL", default=f"filemail://{VAR_DIR / 'outbox'}")
if _mail["EMAIL_FILE_PATH"] and _mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    # The reader of addresses takes the first slash away: without it, mail would land below wherever one stands.
    _mail["EMAIL_FILE_PATH"] = f"/{_mail['EMAIL_FILE_PATH'].lstrip('/')}"
vars().update(_mail)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@plein-gre.example")

# 3.4.1. Asking browsers to know the host beforehand (preload) concerns the whole domain: its owner decides.
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_SSL_REDIRECT = SECURE
# What watches the service asks it from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# 3.4.8, 3.5.8, and what no page of ours ever asks for. Set on every answer but static files (portal/middleware.py).
RESPONSE_HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
            "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
            "screen-wake-lock", "serial", "usb",
        )
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex" if DEMO else "noarchive",
}  # fmt: skip
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# 16.2.5: no personal data and no secret in a log line: see portal/logs.py. Nothing is sent by e-mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # They tell each step of each page that they lay out.
        "weasyprint": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}

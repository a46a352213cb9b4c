"""Settings of the whole product, in one file. Everything that differs between places comes from the environment.

Nothing else may read the environment. A missing secret stops the start in production and says what to set.
"""

import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Where this installation keeps what it makes: database, released reports, collected static files.
VAR_DIR = Path(env.str("VOICE_VAR_DIR", str(BASE_DIR / "var")))


def read_version() -> str:
    """The version is the newest heading of CHANGELOG.md: one place, read by people and by the program."""
    match = re.search(r"^## (\d+\.\d+\.\d+)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise ImproperlyConfigured("CHANGELOG.md must hold a heading such as '## 1.2.3'.")
    return match[1]


VERSION = read_version()

# Production is the default; the demonstration and the tests say so.
DEMONSTRATION = env.bool("VOICE_DEMONSTRATION", False)
DEBUG = env.bool("VOICE_DEBUG", False)


def own_secret(name: str, make: Any) -> str:
    """A secret from the environment; the demonstration and development make their own once, readable by the owner only."""
    value = env.str(name, "")
    if value:
        return str(value)
    if not (DEMONSTRATION or DEBUG):
        raise ImproperlyConfigured(f"Set {name} in the environment (see docs/deploy.md).")
    path = VAR_DIR / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(make(), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode("ascii")


def seal_key() -> str:
    from base64 import b64encode

    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(SECP256R1())
    return b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode("ascii")


SECRET_KEY = own_secret("VOICE_SECRET_KEY", lambda: secrets.token_urlsafe(50))
# Wraps the keys of visits (interview bundles). Comma-separated, newest first; kept apart from the database and its backup.
BUNDLE_KEYS = own_secret("VOICE_BUNDLE_KEYS", fernet_key).split(",")
# Encrypts single texts that rest in the database (urgent concerns). Comma-separated, newest first.
TEXT_KEYS = own_secret("VOICE_TEXT_KEYS", fernet_key).split(",")
# Private keys to which devices seal talks (P-256, PKCS #8 DER in base64). Comma-separated, newest first; never in the database.
SEAL_KEYS = own_secret("VOICE_SEAL_KEYS", seal_key).split(",")

ALLOWED_HOSTS = env.list("VOICE_HOSTS", ["127.0.0.1", "localhost"] if (DEMONSTRATION or DEBUG) else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("VOICE_ORIGINS", [])
# Behind the TLS proxy of docker-compose.yml; the demonstration on 127.0.0.1 speaks plain HTTP.
HTTPS = env.bool("VOICE_HTTPS", not (DEMONSTRATION or DEBUG))
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("VOICE_HTTPS_REDIRECT", True)
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_IDLE_SECONDS = env.int("VOICE_SESSION_IDLE_SECONDS", 30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("VOICE_SESSION_ABSOLUTE_SECONDS", 12 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing to other sites. "no-referrer" would make browsers send "Origin: null" with forms, and every form would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture", "fullscreen")
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_tasks",
    "django_tasks_db",
    "ombudsman.people",
    "institutions",
    "visits",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "ombudsman.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ombudsman.middleware.SessionClockMiddleware",
    "ombudsman.middleware.LanguageMiddleware",
    "ombudsman.middleware.NoStoreMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "ombudsman.urls"
WSGI_APPLICATION = "ombudsman.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ombudsman.templatetags.house", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ombudsman.frame.frame",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """`sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME` (HOST may be a socket folder, percent-encoded)."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] or str(VAR_DIR / "voice.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # A receipt is a promise: synchronous=FULL, not NORMAL. Deleted words must not stay in free pages.
                "transaction_mode": "IMMEDIATE",
                # The house has some hundreds of statements; those that are kept need not be read again by the database.
                "cached_statements": 1000,
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                " PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;",
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured("VOICE_DATABASE must begin with sqlite:// or postgresql://")


DATABASES = {"default": database(env.str("VOICE_DATABASE", f"sqlite:///{VAR_DIR / 'voice.sqlite3'}"))}
# PostgreSQL keeps, for each connection, the plans of what is asked all the time. Not behind a pooler that shares connections
# between transactions.
PLANS_KEPT = env.bool("VOICE_PLANS_KEPT", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

# Rate limits must hold across worker processes, so the cache is a table.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ombudsman.people.backend.HouseBackend"]
SESSION_ENGINE = "ombudsman.people.sessions"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "ombudsman.people.adapter.ClosedAccountAdapter"
ACCOUNT_FORMS = {
    "login": "ombudsman.people.account_forms.SignInForm",
    "change_password": "ombudsman.people.account_forms.NewPasswordForm",
    "reauthenticate": "ombudsman.people.account_forms.PasswordAgainForm",
}
MFA_ADAPTER = "ombudsman.people.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "ombudsman.people.account_forms.CodeForm",
    "reauthenticate": "ombudsman.people.account_forms.CodeAgainForm",
    "activate_totp": "ombudsman.people.account_forms.FirstCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/15m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Voice of the Child"
INVITATION_DAYS = env.int("VOICE_INVITATION_DAYS", 14)

# --- Mail: says only that something waits ------------------------------------------------------------------------------
EMAIL_BACKEND = env.str("VOICE_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.str("VOICE_EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("VOICE_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("VOICE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("VOICE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("VOICE_EMAIL_TLS", False)
DEFAULT_FROM_EMAIL = env.str("VOICE_EMAIL_FROM", "voice@localhost")

# --- Languages ---------------------------------------------------------------------------------------------------------
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_CODE = env.str("VOICE_LANGUAGE", "kk")
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ombudsman.formats"]
USE_I18N = USE_TZ = True
# Years and numbers of things stay as they are; counts are set apart by `|grouped`.
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = env.str("VOICE_TIME_ZONE", "Asia/Almaty")
PRODUCT_NAME = _("Voice of the Child")

# --- Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ombudsman.static_storage.HouseStaticStorage"},
}
WHITENOISE_MAX_AGE = 365 * 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Fieldwork -----------------------------------------------------------------------------------------------------------
# An unlocked device locks after this many minutes without a touch; a copy on a device dies after this many days.
LOCK_MINUTES = env.int("VOICE_LOCK_MINUTES", 15)
COPY_DAYS = env.int("VOICE_COPY_DAYS", 14)
# Whom to call when a child is at risk now; shown to monitors, offline too.
DUTY_PHONE = env.str("VOICE_DUTY_PHONE", "111")
# Deliveries of one person a minute, in each worker process.
DELIVERIES_PER_MINUTE = env.int("VOICE_DELIVERIES_PER_MINUTE", 240)
URGENT_HOURS = env.int("VOICE_URGENT_HOURS", 24)

# --- API ---------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ombudsman.people.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "ombudsman.paging.ApiPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "EXCEPTION_HANDLER": "ombudsman.api.problem",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Voice of the Child",
    "DESCRIPTION": "Institutions, instruments and protected figures to read; visits to open and fill through one door: deliveries.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {},
}

# --- Disclosure: two thresholds of docs/disclosure.md; the engine itself is reports/disclosure/ -------------------------
DISCLOSURE_THRESHOLD = env.int("VOICE_THRESHOLD", 5)
DISCLOSURE_THRESHOLD_SENSITIVE = env.int("VOICE_THRESHOLD_SENSITIVE", 10)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("VOICE_LOG_LEVEL", "INFO")},
    "loggers": {
        # A refused or missing page would write its address and the second: who was at which visit's talks, and when.
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

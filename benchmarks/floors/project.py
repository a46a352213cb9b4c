"""The plain Django project that every served floor is: sign-in by session, a form token, nothing else."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings


def database(address: str) -> dict[str, Any]:
    """The same connection that the product uses: what is answered is on the disk (PostgreSQL's own default)."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-64000;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "HOST": unquote(parts.hostname or ""),
        "CONN_MAX_AGE": 600,
    }


def begin(urlconf: str, **more: Any) -> None:
    """Sets the project up; `more` are settings of one floor."""
    settings.configure(
        SECRET_KEY=os.environ["VOICE_SECRET_KEY"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=urlconf,
        DATABASES={"default": database(os.environ["VOICE_DATABASE"])},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        AUTH_USER_MODEL="floor.Person",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "benchmarks.floors.apps.Floor",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        LOGGING_CONFIG=None,
        **more,
    )
    django.setup()

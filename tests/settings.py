"""Settings of the tests: the product's own, with fast passwords, plain static names and jobs done at once."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("VOICE_VAR_DIR", str(Path(tempfile.gettempdir()) / "voice-tests"))
os.environ.setdefault("VOICE_DEBUG", "false")
os.environ.setdefault("VOICE_SECRET_KEY", "only-for-tests")
os.environ.setdefault("VOICE_BUNDLE_KEYS", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
os.environ.setdefault("VOICE_TEXT_KEYS", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
os.environ.setdefault(
    "VOICE_SEAL_KEYS",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjAnVsdxS12tx5mvO0pp7Y18KzUfz+z5XIIBehOdo/TahRANCAATV"
    "ilyYYTrwwln947EBk9BY82Gs/QLQ/U5r4WZx1kSZ7DYNM20ZSHkl5Fal0+Ot1+4gqBXvqUM9nweX6otyqhNY",
)
os.environ.setdefault("VOICE_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("VOICE_HTTPS", "false")
os.environ.setdefault("VOICE_LANGUAGE", "en")

from ombudsman.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Where collected files would lie; the tests read them from their sources.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

"""What the person who installs the product reads when something is missing."""

import os
import subprocess
import sys

from django.conf import settings


def test_a_missing_secret_is_named_in_one_line():
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("VOICE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check"],
        cwd=settings.BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "Set VOICE_SECRET_KEY in the environment (see docs/deploy.md).\n"

"""Scripts of pages whose parts are pure, by the test runner that comes with Node."""

import shutil
import subprocess
from pathlib import Path

from django.conf import settings


def test_the_pure_parts_of_scripts():
    node = shutil.which("node")
    assert node, "Node is missing; install it with: apt-get install -y nodejs"
    files = sorted(str(file) for file in (Path(settings.BASE_DIR) / "tests/js").glob("*.test.mjs"))
    assert files
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr

"""The product's application behind a slow line: after the request was handled, some time passes before its response goes out.

Only for `kills`: the moment between commit and response is made long enough to be hit.
"""

import os
import time
from collections.abc import Iterable
from typing import Any

from ombudsman.wsgi import application as product

SECONDS = float(os.environ.get("STRETCH_SECONDS", "0"))


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The product's answer, later."""
    answer = product(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        time.sleep(SECONDS)
    return answer

"""Where the printed books lie. Pages that hand them out and the act that prints them ask here."""

from pathlib import Path

from django.conf import settings


def reports_folder() -> Path:
    """The folder of the printed books; it need not exist yet."""
    return Path(settings.VAR_DIR) / "reports"

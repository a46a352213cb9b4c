"""Names of regions for people's pages. A grant holds a region's code, because people are known before institutions."""

from django.apps import apps
from django.utils.translation import gettext as _


def region_names() -> dict[str, str]:
    """ISO code -> name in the reader's language, in Kazakh alphabetical order; "" stands for the whole country."""
    regions = apps.get_model("institutions", "Region").objects.order_by("sort_key", "pk")
    return {"": _("The whole country")} | {region.iso: region.name for region in regions}

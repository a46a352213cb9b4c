"""Doors of visits; each room of `views/` lists its own at its end."""

from .views import (
    along,
    blank,
    differences,
    fieldwork,
    followup,
    instruments,
    interviews,
    keying,
    paper,
    presence,
    review,
    urgent,
)

urlpatterns = [
    *instruments.urlpatterns,
    *along.urlpatterns,
    *blank.urlpatterns,
    *fieldwork.urlpatterns,
    *differences.urlpatterns,
    *interviews.urlpatterns,
    *paper.urlpatterns,
    *keying.urlpatterns,
    *review.urlpatterns,
    *urgent.urlpatterns,
    *presence.urlpatterns,
    *followup.urlpatterns,
]

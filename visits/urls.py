"""Doors of visits; each room of `views/` lists its own at its end."""

from .views import along, blank, fieldwork, followup, instruments, interviews, review, urgent

urlpatterns = [
    *instruments.urlpatterns,
    *along.urlpatterns,
    *blank.urlpatterns,
    *fieldwork.urlpatterns,
    *interviews.urlpatterns,
    *review.urlpatterns,
    *urgent.urlpatterns,
    *followup.urlpatterns,
]

"""Doors of visits; each room of `views/` lists its own at its end."""

from .views import fieldwork, followup, instruments, interviews, review

urlpatterns = [
    *instruments.urlpatterns,
    *fieldwork.urlpatterns,
    *interviews.urlpatterns,
    *review.urlpatterns,
    *followup.urlpatterns,
]

"""Doors of visits; each room of `views/` lists its own at its end."""

from .views import along, blank, fieldwork, followup, instruments, interviews, keying, paper, review, urgent

urlpatterns = [
    *instruments.urlpatterns,
    *along.urlpatterns,
    *blank.urlpatterns,
    *fieldwork.urlpatterns,
    *interviews.urlpatterns,
    *paper.urlpatterns,
    *keying.urlpatterns,
    *review.urlpatterns,
    *urgent.urlpatterns,
    *followup.urlpatterns,
]

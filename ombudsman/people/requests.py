"""The type of a request behind the front door. The framework lets nobody else reach a view without `login_not_required`."""

from django.http import HttpRequest

from .models import User


class PersonRequest(HttpRequest):
    """A request of a person who is signed in. For annotations: no object of this class is ever made."""

    user: User

"""Roof: every door of the house on one screen."""

from django.urls import include, path

urlpatterns = [path("account/", include("allauth.urls"))]

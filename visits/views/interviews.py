"""Pages of interviews."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

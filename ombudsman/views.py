"""Roof: home by role, health, language."""

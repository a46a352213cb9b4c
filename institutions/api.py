"""API of institutions (read-only). Registered in ombudsman/api.py."""

"""API of reports (read-only). Registered in ombudsman/api.py."""

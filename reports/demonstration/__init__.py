"""The demonstration: an invented country in real regions. Only `manage.py demo`, the benchmarks and tests come in here.

Everything is drawn from one seed and written in bulk, past the services: the trail gets one entry for the whole.
Rooms: names (places and words), dice, country, people, visits, answers, interviews, followup, fieldwork,
and whole (the order of it all).
"""

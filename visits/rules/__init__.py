"""May it be done now? Each `obstacles_to_x(thing)` gives whole sentences; empty means yes. State tables are in `states.py`."""

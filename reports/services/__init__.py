"""Acts on publications, and the orders by which the worker carries out the long ones (orders.py)."""

from .publications import freeze, register_file, release, withdraw

__all__ = ["freeze", "register_file", "release", "withdraw"]

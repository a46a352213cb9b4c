"""The attacker's tests: the instances of the literature, enumeration, and that it stands alone."""

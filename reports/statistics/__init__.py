"""How sure a figure is, and what may be said of two figures or of a row of years. Pure: no Django, no database, no numpy.

intervals: how far a share may be from the truth. comparisons: differences of two shares. trends: shares over years. rates:
occupancy, rates and changes. sums: parts that should make a whole. Rounding is not done here but in reports/rounding.py.
"""

"""What the statistics page counts: one room per measure, database in, frozen tables out (table.py), every row protected.

Read by views_statistics.py. `wanted.py` says what was asked, `catalogue.py` which measures there are, `reach.py` whose
visits a person's figures count, `isolation.py` and `grounds.py` which rows may be printed.
"""

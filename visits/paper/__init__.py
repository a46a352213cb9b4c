"""Paper: the printed sheets of an edition, and keying what was written on them.

`grid` measures, `checklist` and `questionnaire` lay out, `drawing` draws, `printing` prints, `keyed` says what was keyed how often.

Where everything stands is worked out once per edition, family and language, and kept as a SheetPlan: a sheet printed today and
a sheet printed in ten years have their boxes in the same places, whatever becomes of the style sheet.
"""

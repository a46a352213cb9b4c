"""Measurements of the product against floors: the barest programs that do the same work, in the same run.

`python -m benchmarks` lists them. Nothing of the product imports this package.
"""

"""What follows from the evidence: pure functions, arrays in, frozen dataclasses out.

One module per idea, named like its parameter file; `linear` and `checks` serve several of them. Importing
this package imports none of its modules, and no module imports anything heavier than NumPy.
"""

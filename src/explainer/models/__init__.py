"""What follows from the evidence: pure functions, arrays in, frozen dataclasses out.

One module per idea, named like its parameter file; `linear` serves several of them. Importing
this package imports none of its modules, and no module imports anything heavier than NumPy.
"""

"""How the weights of the duplicate matcher were fitted: `make fit-duplicates ARGS=DIRECTORY`, where DIRECTORY holds the labelled sets.

A finding's weight is what logistic regression makes of it, held near what the finding means by a prior and within bounds (bounds.py): a
labelled file may not teach that another birth date speaks for one person. It learns from the labelled sets as they are, thinned to fewer
contacts and to fewer duplicates, with columns left out, and from made-up short records and households (made_up.py), so that no one file's
habits of making mistakes are taken for people's.
"""

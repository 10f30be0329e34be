"""Two workspaces to look at: a real data set of people, and an invented team at work with everything around it.

Everything invented is drawn from one seed and the word lists beside this file: the same people meet the same fate every time.
Addresses end in `.example`, phone numbers come from the ranges that countries keep for fiction.
"""

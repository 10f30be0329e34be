"""One module per subject; each rule answers whether its row of the table applies. `checks.py` says which belong to which check."""

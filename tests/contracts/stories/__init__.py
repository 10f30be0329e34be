"""One week at Northwind Repairs, told in the events of every producer: where the examples in shared/examples come from.

Written as plain JSON on purpose. Made with the models, an example could not show that a model reads it wrongly.
"""

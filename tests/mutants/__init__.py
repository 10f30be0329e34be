"""Whether the tests would notice: the product, broken on purpose in one place at a time (`make test-mutants`)."""

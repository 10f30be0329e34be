"""What is said on the wire: the envelope, one module per producer, upcasters, the catalogue. Imports pydantic only."""

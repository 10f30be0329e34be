"""The rules on a file of contacts: what the service would find among them, at once and without a database."""

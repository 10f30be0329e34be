"""Owns people: the record, its life, its directory of accounts and members."""

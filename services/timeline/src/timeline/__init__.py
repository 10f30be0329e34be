"""Owns the activity history of every contact, and its notes."""

"""Owns the match index: which records look like one person, and why."""

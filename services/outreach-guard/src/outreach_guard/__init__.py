"""Owns the verdict before outreach: clear, caution or hold, and why."""

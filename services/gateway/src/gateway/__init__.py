"""Owns nothing: signs people in, composes the services, serves the page and one API."""

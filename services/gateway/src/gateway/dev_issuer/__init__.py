"""A small OpenID provider for development, so that sign-in needs nothing outside this checkout.

The gateway talks to it exactly as to any other provider; it is mounted only where settings name an accounts file, and only on a
loopback address, because it lets anyone choose an account.
"""

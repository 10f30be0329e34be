"""What the other services of the platform would say about the team's contacts: each function here tells one story from its
first event on, in order, and as consistently as a real service would.
"""

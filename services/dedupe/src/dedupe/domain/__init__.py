"""The rules of the match: pure functions over people, from raw fields to a score with reasons. No I/O, no clock."""

"""What the guard knows and how it decides: frozen models and pure functions. No I/O, and `now` is always passed in."""

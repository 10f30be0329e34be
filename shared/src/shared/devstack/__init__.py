"""The development stack: a real database, a real broker and all services on one machine, without Docker."""

"""What a contact is and how it changes: frozen models and pure functions, a module per behaviour. No I/O, no clock."""

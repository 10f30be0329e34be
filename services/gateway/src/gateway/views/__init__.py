"""What the services answer, as the page shows it: frozen models and pure functions. No request, no clock, no HTML."""

"""What reviewers and foreign producers read, made from the models: JSON Schemas and the event catalogue; and the check that keeps them."""

"""What is on the wire or under every service."""

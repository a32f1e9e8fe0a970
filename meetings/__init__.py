"""People in a room together."""

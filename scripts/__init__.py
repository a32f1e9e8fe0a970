"""What the root scripts do. Only the standard library: this runs before anything is installed."""

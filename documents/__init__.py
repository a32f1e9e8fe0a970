"""Papers: taken in, converted, read, shown."""

"""The recorder: a process of its own that joins a room as a hidden viewer and writes what everybody sees and hears."""

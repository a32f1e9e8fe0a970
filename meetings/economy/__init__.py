"""What meetings cost and what holding them online and without paper saves (docs/domain/meeting-economy.md)."""

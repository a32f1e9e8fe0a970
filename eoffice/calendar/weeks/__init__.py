"""The weekly work schedule: units register, the office compiles, leaders approve, the clerk publishes, and it changes all week long."""

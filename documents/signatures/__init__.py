"""Digital signatures on official documents: PAdES (ETSI EN 319 142-1), who signs with what, and what is checked (ADR 0122).

``pades`` and ``inspection`` alone touch pyHanko.
"""

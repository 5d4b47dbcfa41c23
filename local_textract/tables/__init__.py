"""Finding tables: by their rules (lattice) and by their white (stream)."""

"""Finding marks: check boxes and signatures."""

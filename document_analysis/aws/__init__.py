"""What of AWS is no engine and no store: clients, error codes, the wire model, signatures, recent outcomes."""

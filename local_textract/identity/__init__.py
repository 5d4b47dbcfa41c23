"""Passports, licences and cards: the machine-readable zone with its check digits, and the printed fields."""

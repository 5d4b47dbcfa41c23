"""How much at once and until when: deadlines, gates, pages' threads, what the machine has."""

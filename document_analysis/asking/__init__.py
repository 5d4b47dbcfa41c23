"""What can be asked: options as text or JSON, checked, and what the use case and a view make of them."""

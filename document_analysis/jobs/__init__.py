"""What need not be waited for: jobs, their state and delivery, uploads, callbacks."""

"""What printed amounts and dates mean; the service and the embedded engine read them alike."""

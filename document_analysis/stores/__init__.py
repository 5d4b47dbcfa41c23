"""Where documents lie: folders and S3."""

"""What the service tells about itself: logs, metrics, request ids."""

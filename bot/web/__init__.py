"""What Baton answers over HTTP: deliveries, health, metrics and the dashboard."""

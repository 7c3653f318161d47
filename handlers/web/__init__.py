"""What Socrates hears over HTTP: Slack's requests, health checks and, in a rehearsal, the clock."""

"""What the app asks of the workspace: the methods of Slack's Web API that the product calls."""

"""The methods of Slack's Web API that the product calls."""

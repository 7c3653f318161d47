"""What happens in the company and sets controls off; joiners and leavers come from Slack's directory."""

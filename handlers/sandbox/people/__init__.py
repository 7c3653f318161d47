"""What people do in the workspace and see of it, and how a script steers it: JSON over HTTP for page and cast."""

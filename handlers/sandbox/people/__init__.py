"""What people do and see in the workspace, and how a script steers it: JSON over HTTP for page and cast."""

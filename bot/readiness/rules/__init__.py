"""What is decided about readiness and samples: values in, values out; no I/O, and time is an argument."""

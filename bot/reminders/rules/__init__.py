"""What is decided about reminders, digest and Home: values in, values out; no I/O, and time is an argument."""

"""Rules about evidence and waivers: values in, values out; no I/O, and time is an argument."""

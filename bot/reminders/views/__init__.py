"""What people read about reminders, digest and Home: plain values in, blocks and their plain-text twin out."""

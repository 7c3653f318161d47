"""What people read about events: plain values in, blocks and their plain-text twin out."""

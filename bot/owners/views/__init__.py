"""What people read about owning a control: plain values in, blocks and their plain-text twin out."""

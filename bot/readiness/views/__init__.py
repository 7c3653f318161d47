"""What people read about readiness and samples: plain values in, blocks and their plain-text twin out."""

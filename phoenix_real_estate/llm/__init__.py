"""The models behind one small protocol: vendors, what they cost, and which of them serves what."""

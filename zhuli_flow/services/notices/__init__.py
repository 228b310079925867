"""Official documents: proofread, numbered, issued, reprinted, voided, verified."""

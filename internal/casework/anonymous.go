package casework

// anonymousWithEvidence reports whether a clerk recorded that a nameless letter names a clear violator, brings concrete
// evidence and gives a basis to verify it (Luật Tố cáo Đ.25.2).
func anonymousWithEvidence(c *Case) bool { return c.Legal.Evidence == evidenceFound }

// evidenceFound is Legal.Evidence once all three were found.
const evidenceFound = "found"

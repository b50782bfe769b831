package casework

// Nameless reports whether the letter has no name that the law can take: none was given, or the one given was found to be
// false (Luật Tố cáo Đ.25). The sender stays sealed as he was: a false name may be somebody else's true one.
func (c *Case) Nameless() bool { return c.Anonymous || c.Legal.FalseName }

func doNameless(_ *Desk, s *step) error {
	s.c.Legal.FalseName = true
	return nil
}

// anonymousWithEvidence reports whether a clerk recorded that a nameless letter names a clear violator, brings concrete
// evidence and gives a basis to verify it (Luật Tố cáo Đ.25.2).
func anonymousWithEvidence(c *Case) bool { return c.Legal.Evidence == evidenceFound }

// What Legal.Evidence says once a head has looked: all three were found, or something is missing.
const (
	evidenceFound = "found"
	evidenceNone  = "none"
)

// doAssess records what a nameless letter brings.
func doAssess(_ *Desk, s *step) error {
	s.c.Legal.Evidence = evidenceFound
	for _, name := range []string{"clear_accused", "concrete_evidence", "can_verify"} {
		s.data[name] = s.args[name]
		if s.args[name] != "yes" {
			s.c.Legal.Evidence = evidenceNone
		}
	}
	return nil
}

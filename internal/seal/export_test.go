package seal

// CheapQuorum opens a quorum whose passphrases cost little: for tests that try many.
func CheapQuorum(path string) (*Quorum, error) {
	q, err := OpenQuorum(path)
	if err == nil {
		q.kib = 64
	}
	return q, err
}

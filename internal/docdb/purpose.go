package docdb

import "context"

// Purpose says for whom something is read. An engine that bounds how much is read at once does so for each purpose by itself, so
// that nobody waits for what others ask.
type Purpose int

// The purposes.
const (
	ForCitizens   Purpose = iota // whoever is named no other
	ForStaff                     // lists, boards and cases
	ForSearch                    // by words
	ForBackground                // sweeps, audits, exports: they yield to all others
	Purposes                     // how many there are
)

type purposeKey struct{}

// For returns a context whose reads are for the purpose.
func For(ctx context.Context, p Purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, p)
}

// PurposeOf says what the context's reads are for.
func PurposeOf(ctx context.Context) Purpose {
	p, _ := ctx.Value(purposeKey{}).(Purpose)
	return p
}

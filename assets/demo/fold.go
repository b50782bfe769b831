package demo

import "tiepdan/pkg/vntext"

// fold returns the text in small letters without diacritics.
func fold(s string) string { return vntext.Fold(s) }

package vntext

// Alike says how much of two texts is the same, from 0 to 1: the share of their three-letter pieces that both have, whatever the case
// and the diacritics, and whichever words stand first.
func Alike(a, b string) float64 {
	in, of := pieces(a), pieces(b)
	both := 0
	for p := range in {
		if of[p] {
			both++
		}
	}
	if all := len(in) + len(of) - both; all > 0 {
		return float64(both) / float64(all)
	}
	return 0
}

// pieces are the runs of three letters in the words of a text, with its beginnings and ends.
func pieces(text string) map[[3]byte]bool {
	folded := " " + Words(text) + " "
	out := make(map[[3]byte]bool, len(folded))
	for i := 0; i+3 <= len(folded); i++ {
		out[[3]byte([]byte(folded[i:i+3]))] = true
	}
	return out
}

package law

// The moves by which words of a denunciation leave its seal: correcting its kind, and splitting it. One person asks for them
// with a reason, a second one approves, and only then are they carried out (Luật Tố cáo Đ.8, 56).
const (
	BySecond = "_opened" // ends the names of the rows that the second person's word carries out

	PastOpeningAsked = "opening_asked"
	PastLetterOpened = "letter_opened" // told to the citizen: his words are read as the new kind
	PastSenderOpened = "sender_opened" // told to the citizen: his name too
)

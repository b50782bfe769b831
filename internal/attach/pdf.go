package attach

import (
	"bytes"
	"context"
	"errors"

	"tiepdan/pkg/pdfclean"
)

// lookPDF refuses what is a PDF among other things.
func lookPDF(raw []byte) error {
	end := bytes.LastIndex(raw, []byte("%%EOF"))
	switch {
	case !bytes.HasPrefix(raw, []byte("%PDF-")):
		return refused("error.file_mixed")
	case end < 0:
		return refused("error.file_broken")
	case len(bytes.Trim(raw[end+len("%%EOF"):], "\x00 \t\r\n\x1a")) > 0:
		return refused("error.file_mixed")
	default:
		return nil
	}
}

// stripPDF writes the document anew: its author, and what would run, start or fetch something, stay behind.
func stripPDF(ctx context.Context, raw []byte) ([]byte, error) {
	out, err := pdfclean.Clean(ctx, raw)
	for _, why := range []struct {
		err error
		key string
	}{
		{pdfclean.ErrBroken, "error.file_broken"},
		{pdfclean.ErrLocked, "error.file_locked"}, // nobody could look into it, neither the program nor the clerk
		{pdfclean.ErrTooLarge, "error.file_bomb"},
		{pdfclean.ErrCarries, "error.file_carries"},
		{pdfclean.ErrDynamic, "error.file_active"},
	} {
		if errors.Is(err, why.err) {
			return nil, refused(why.key)
		}
	}
	if err != nil {
		return nil, busy()
	}
	return out, nil
}

package attach_test

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen2brain/heic"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework/law"
)

// TestPhonesPhotosBecomeJPEG decodes what phones and chat programs make of photos.
func TestPhonesPhotosBecomeJPEG(t *testing.T) {
	for _, name := range []string{"photo.heic", "photo.webp"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, law.Feedback, nil)
		a, err := s.Keep(t.Context(), s.code, attach.Upload{Name: name, Body: bytes.NewReader(raw), Evidence: true})
		if strings.HasSuffix(name, ".heic") && heic.Dynamic() == nil {
			if why(err) != "error.file_type" {
				t.Errorf("%s goes to the machine's own library: %v", name, err)
			}
			continue
		}
		if err != nil || a.Name != "photo.jpg" || a.Type != "image/jpeg" {
			t.Fatalf("%s: %+v, %v", name, a, err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(s.read(t, a.ID))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		head, _ := find(t, s, "roadhead")
		original, body, err := s.OpenFor(t.Context(), head, ref(t, s), a.ID, true)
		if err != nil || original.Name != name {
			t.Fatalf("the original of %s is called %q: %v", name, original.Name, err)
		}
		if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, raw) {
			t.Errorf("the original of %s is another: %v", name, err)
		}
		if strings.HasSuffix(name, ".heic") {
			big := bytes.Clone(raw)
			at := bytes.Index(big, []byte("ispe"))
			binary.BigEndian.PutUint32(big[at+8:], 10_000)
			binary.BigEndian.PutUint32(big[at+12:], 10_000)
			if _, err := s.keep(t, name, big); why(err) != "error.file_pixels" {
				t.Errorf("a hundred megapixels: %v", err)
			}
		}
	}
}

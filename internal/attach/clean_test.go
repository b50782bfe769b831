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
	"tiepdan/internal/casework"
)

// TestPhonesPhotosBecomeJPEG decodes what phones and chat programs make of photos.
func TestPhonesPhotosBecomeJPEG(t *testing.T) {
	for _, name := range []string{"photo.heic", "photo.webp"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, casework.Feedback, nil)
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

// TestFilmsDoNotTellTheirPlace blanks the boxes a phone writes its place into, and moves nothing.
func TestFilmsDoNotTellTheirPlace(t *testing.T) {
	box := func(kind string, inside ...[]byte) []byte {
		body := bytes.Join(inside, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
	}
	place := []byte("+15.7321+108.3600/")
	raw := bytes.Join([][]byte{
		box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2")),
		box("moov", box("mvhd", make([]byte, 100)), box("trak", box("tkhd", make([]byte, 80)), box("udta", place)), box("udta", box("\xa9xyz", place)), box("meta", place)),
		box("uuid", place), box("mdat", []byte("picture and sound")),
	}, nil)
	s := open(t, casework.Feedback, nil)
	a, err := s.keep(t, "phim.mp4", raw)
	if err != nil {
		t.Fatal(err)
	}
	got := s.read(t, a.ID)
	if bytes.Contains(got, place) || len(got) != len(raw) || !bytes.HasSuffix(got, []byte("mdatpicture and sound")) || bytes.Count(got, []byte("free")) != 4 {
		t.Errorf("%q", got)
	}
}

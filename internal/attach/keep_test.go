package attach_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestOriginalIsKeptOfAPhotoThatIsThere sends the same photo again, this time as evidence.
func TestOriginalIsKeptOfAPhotoThatIsThere(t *testing.T) {
	s := open(t, law.Feedback, nil)
	raw := asJPEG(t, picture(20, 20))
	send := func(evidence bool) casework.Attachment {
		a, err := s.Keep(t.Context(), s.code, attach.Upload{Name: "a.jpg", Body: bytes.NewReader(raw), Evidence: evidence})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	plain, evidence, again := send(false), send(true), send(false)
	if plain.Original != "" || evidence.Original == "" || again.Original != evidence.Original || again.ID != plain.ID {
		t.Errorf("%+v, %+v, %+v", plain, evidence, again)
	}
	if c := now(t, s); len(c.Attachments) != 1 || c.Attachments[0].Original == "" {
		t.Errorf("the case has %+v", c.Attachments)
	}
}

// TestHistoryDoesNotTellWhichFile: whoever has the file cannot confirm by its hash that it was sent; of a denunciation, not even
// by the case itself.
func TestHistoryDoesNotTellWhichFile(t *testing.T) {
	for kind, tells := range map[law.Kind]bool{law.Feedback: true, law.Denunciation: false} {
		s := open(t, kind, nil)
		a, err := s.keep(t, "a.pdf", []byte(pdf))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(s.read(t, a.ID))
		last := now(t, s).History[len(now(t, s).History)-1]
		if got := last.Data["sha256"] == hex.EncodeToString(sum[:]); got || bytes.Equal(a.SHA256, sum[:]) != tells {
			t.Errorf("%s: %v", kind, last.Data)
		}
	}
}

// TestSweepRemovesWhatNoCaseNames leaves behind what a crash would, and lets a day pass.
func TestSweepRemovesWhatNoCaseNames(t *testing.T) {
	s := open(t, law.Feedback, nil)
	a, err := s.Keep(t.Context(), s.code, attach.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, picture(20, 20))), Evidence: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, orphan := range []string{s.id + "/left", s.id + "/left-original", "gone/left", "stray"} {
		if err := s.Blobs.Put(t.Context(), orphan, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	s.Now = func() time.Time { return time.Now().Add(attach.Patience - time.Hour) }
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("%d files are gone before their time, %v", n, err)
	}
	s.Now = func() time.Time { return time.Now().Add(attach.Patience + time.Hour) }
	if n, err := s.Sweep(t.Context()); n != 4 || err != nil {
		t.Errorf("%d files are gone, %v", n, err)
	}
	s.read(t, a.ID)
	head, _ := find(t, s, "roadhead")
	if _, _, err := s.OpenFor(t.Context(), head, ref(t, s), a.ID, true); err != nil {
		t.Error(err)
	}
}

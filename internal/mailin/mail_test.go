package mailin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/mailin"
	"tiepdan/pkg/vntext"
)

var update = flag.Bool("update", false, "write what messages are read as into testdata/want.json")

var own = mailin.Own{Address: "gopy@thangan.example"}

// seen is what a message is read as.
type seen struct {
	Class   string            `json:"class"`
	ID      string            `json:"id,omitempty"`
	Name    string            `json:"name,omitempty"`
	Address string            `json:"address,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Text    string            `json:"text,omitempty"`
	Phone   string            `json:"phone,omitempty"`
	Replies []string          `json:"replies,omitempty"`
	Files   []string          `json:"files,omitempty"`
	Report  *mailin.Report    `json:"report,omitempty"`
	Checks  map[string]string `json:"checks,omitempty"`
}

// TestMessagesAreReadAsTheyWereMeant reads every message of the collection: what it is read as stands in want.json.
func TestMessagesAreReadAsTheyWereMeant(t *testing.T) {
	names, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d messages, %v", len(names), err)
	}
	got := map[string]seen{}
	for _, path := range names {
		m, err := mailin.Read(message(t, path), own)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got[strings.TrimSuffix(filepath.Base(path), ".eml")] = look(m)
		lines, err := mailin.Read(bytes.ReplaceAll(bytes.ReplaceAll(message(t, path), []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")), own)
		if err != nil || cmp.Diff(look(m), look(lines)) != "" {
			t.Errorf("%s with other line ends: %v %s", path, err, cmp.Diff(look(m), look(lines)))
		}
	}
	if *update {
		raw, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/want.json", append(raw, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile("testdata/want.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]seen
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read otherwise (-want +got):\n%s", diff)
	}
}

func message(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func look(m *mailin.Mail) seen {
	s := seen{
		Class: m.Class.String(), ID: m.ID, Name: m.Name, Address: m.Address, Subject: m.Subject, Text: m.Text, Phone: m.Phone,
		Replies: m.Replies, Report: m.Report, Checks: m.Checks,
	}
	for _, f := range m.Files {
		s.Files = append(s.Files, fmt.Sprintf("%s (%s, %d)", f.Name, f.Type, len(f.Body)))
	}
	return s
}

// TestOneMessageHasOneKey: a copy that went another way is the same message; another message of the same id by somebody else is not.
func TestOneMessageHasOneKey(t *testing.T) {
	read := func(raw []byte) *mailin.Mail {
		t.Helper()
		m, err := mailin.Read(raw, own)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, name := range []string{"plain-utf8", "no-message-id"} {
		raw := message(t, "testdata/"+name+".eml")
		other := append([]byte("Received: from elsewhere by here\r\n"), raw...)
		if read(raw).Key != read(other).Key {
			t.Errorf("%s has another key after another hop", name)
		}
		if read(raw).Key != read(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))).Key {
			t.Errorf("%s has another key with other line ends", name)
		}
		if read(raw).Key == read(bytes.Replace(raw, []byte("vo.be@"), []byte("be.vo@"), 1)).Key {
			t.Errorf("%s has the key of somebody else's message", name)
		}
	}
	raw := message(t, "testdata/no-message-id.eml")
	if read(raw).Key == read(bytes.Replace(raw, []byte("thôn Ba"), []byte("thôn Hai"), 1)).Key {
		t.Error("two messages without ids have one key")
	}
	a, b := read(message(t, "testdata/plain-utf8.eml")), read(bytes.Replace(message(t, "testdata/plain-utf8.eml"), []byte("thôn Ba"), []byte("thôn Hai"), 1))
	if a.Key != b.Key || a.Digest() == b.Digest() {
		t.Error("the digest does not tell apart what the key does not")
	}
}

// TestAllWordsAreKeptForWhoeverLooksForSome: what was cut, and names of files, stand in All.
func TestAllWordsAreKeptForWhoeverLooksForSome(t *testing.T) {
	for name, word := range map[string]string{"reply-gmail": "Trân trọng", "denunciation-file-name": "tố cáo", "signature": "xã Thăng An", "forwarded-as-attachment": "Mương ở thôn Hai"} {
		m, err := mailin.Read(message(t, "testdata/"+name+".eml"), own)
		if err != nil || !strings.Contains(m.All, word) {
			t.Errorf("%s: %q is not in all its words (%v)", name, word, err)
		}
	}
}

// TestTangledAndEmptyMessagesAreErrors bounds what one message may cost.
func TestTangledAndEmptyMessagesAreErrors(t *testing.T) {
	var b strings.Builder
	b.WriteString("From: a@b.vn\r\n")
	for i := range 40 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	deep := b.String()
	wide := "From: a@b.vn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 5000)
	for name, raw := range map[string]string{"deep": deep + "\r\nx", "wide": wide} {
		if _, err := mailin.Read([]byte(raw), own); !errors.Is(err, mailin.ErrTangled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, raw := range []string{"", "\r\n\r\n", "From: a@b.vn\r\n\r\n  \r\n"} {
		if _, err := mailin.Read([]byte(raw), own); !errors.Is(err, mailin.ErrEmpty) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// FuzzRead: no message brings the reader down, and what it gives is text without control characters, in one line where it must be.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range names {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := mailin.Read(raw, own)
		if err != nil {
			return
		}
		names := []string{m.Subject, m.Name, m.Address}
		for _, file := range m.Files {
			names = append(names, file.Name)
			if strings.ContainsAny(file.Name, "/\\") {
				t.Errorf("a file is called %q", file.Name)
			}
		}
		for _, s := range append(slices.Clone(names), m.Text, m.All) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r") {
				t.Errorf("%q is no text", s)
			}
		}
		for _, s := range names {
			if strings.ContainsAny(s, "\n") {
				t.Errorf("%q is no line", s)
			}
		}
		if m.Text != vntext.NFC(m.Text) {
			t.Errorf("%q is not as texts are kept", m.Text)
		}
	})
}

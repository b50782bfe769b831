package mailin_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"tiepdan/internal/mailin"
)

// tnefRecord is one record of a winmail.dat.
func tnefRecord(level byte, id uint32, body []byte) []byte {
	out := append([]byte{level}, binary.LittleEndian.AppendUint32(nil, id)...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	sum := uint16(0)
	for _, b := range body {
		sum += uint16(b)
	}
	return binary.LittleEndian.AppendUint16(out, sum)
}

func winmail(records ...[]byte) []byte {
	return append([]byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}, bytes.Join(records, nil)...)
}

// longName are the properties of a file whose long name is the last of three, behind one with a name of its own.
func longName(name string) []byte {
	out := binary.LittleEndian.AppendUint32(nil, 3)
	out = binary.LittleEndian.AppendUint32(out, 0x0e200003)
	out = binary.LittleEndian.AppendUint32(out, 7)
	out = binary.LittleEndian.AppendUint32(out, 0x8001001e)
	out = append(out, make([]byte, 16)...)
	for _, n := range []uint32{1, 6} {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	out = append(out, "abcdef\x00\x00"...)
	for _, n := range []uint32{1, 3} {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	out = append(out, "xyz\x00"...)
	u := utf16.Encode([]rune(name + "\x00"))
	for _, n := range []uint32{0x3707001f, 1, uint32(2 * len(u))} {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	for _, c := range u {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

func withWinmail(text string, raw []byte) []byte {
	return []byte("From: be@example.vn\r\nSubject: Giấy tờ\r\nMessage-ID: <t@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + text +
		"\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(raw) + "\r\n--b--\r\n")
}

// TestWinmailIsUnwrapped: the files that Outlook wrapped come out under their long names, its words where no others came, and what
// is cut off or none of it stays a file.
func TestWinmailIsUnwrapped(t *testing.T) {
	whole := winmail(
		tnefRecord(1, 0x0002800c, []byte("Tôi xin gửi ảnh.\x00")),
		tnefRecord(2, 0x00069002, make([]byte, 14)),
		tnefRecord(2, 0x00018010, []byte("ONHGA~1.JPG\x00")),
		tnefRecord(2, 0x0006800f, []byte("a picture")),
		tnefRecord(2, 0x00069005, longName(`C:\ảnh\ổ gà.jpg`)),
		tnefRecord(2, 0x00069002, make([]byte, 14)),
		tnefRecord(2, 0x00018010, []byte("don.pdf\x00")),
		tnefRecord(2, 0x0006800f, []byte("a paper")),
	)
	m, err := mailin.Read(withWinmail("", whole), own)
	if err != nil || len(m.Files) != 2 || m.Text != "Tôi xin gửi ảnh." {
		t.Fatalf("%+v %v", m, err)
	}
	if f := m.Files[0]; f.Name != "ổ gà.jpg" || f.Type != "image/jpeg" || string(f.Body) != "a picture" {
		t.Errorf("the picture: %+v", f)
	}
	if f := m.Files[1]; f.Name != "don.pdf" || strings.HasPrefix(f.Type, "image/") || string(f.Body) != "a paper" {
		t.Errorf("the paper: %+v", f)
	}
	if m, err = mailin.Read(withWinmail("Lời khác.", whole), own); err != nil || m.Text != "Lời khác." || !strings.Contains(m.All, "xin gửi ảnh") {
		t.Errorf("words of its own: %q of %q %v", m.Text, m.All, err)
	}
	if m, err = mailin.Read(withWinmail("", whole[:len(whole)-30]), own); err != nil || len(m.Files) != 1 {
		t.Errorf("cut: %+v %v", m, err)
	}
	if m, err = mailin.Read(withWinmail("", whole[1:]), own); err != nil || len(m.Files) != 1 || m.Files[0].Name != "winmail.dat" {
		t.Errorf("none of it: %+v %v", m, err)
	}
}

// FuzzWinmail: whatever it holds is read or left, never a crash.
func FuzzWinmail(f *testing.F) {
	f.Add(winmail(tnefRecord(2, 0x00069002, nil), tnefRecord(2, 0x0006800f, []byte("x")), tnefRecord(2, 0x00069005, longName("a.jpg"))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m, err := mailin.Read(withWinmail("x", raw), own); err == nil && len(raw) > 0 && len(m.Files) == 0 && len(raw) < 6 {
			t.Error("lost without a word")
		}
	})
}

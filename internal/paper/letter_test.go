package paper_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/paper"
)

func sample(body string) paper.Letter {
	return paper.Letter{
		House: []string{"ỦY BAN NHÂN DÂN", "PHƯỜNG TÂN BÌNH"}, Nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Motto: "Độc lập - Tự do - Hạnh phúc",
		Number: "Số: 12/TB-UBND", Dated: "Tân Bình, ngày 27 tháng 11 năm 2026", Title: "THÔNG BÁO", About: "Về việc thụ lý khiếu nại",
		To: "Kính gửi: Ông Nguyễn Văn Đước", Body: body, Copies: "Nơi nhận:", Sent: []string{"- Như trên;", "- Lưu: VT, KT."},
		As: []string{"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, Signer: "Trần Thị Hương",
	}
}

// long is more than one page.
var long = strings.Repeat("Ngày 05 tháng 7 năm 2026, Ủy ban nhân dân phường nhận được đơn của ông về việc đền bù <đất> & nhà ở tổ 3; sau khi xem xét, chúng tôi trả lời như sau.\n\n", 14)

// TestLetterIsReadBackFromItsPDF: what a letter says can be read and searched in it, on as many pages as it needs.
func TestLetterIsReadBackFromItsPDF(t *testing.T) {
	raw, err := sample(long).PDF()
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("LETTER_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "letter.pdf"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no pdftotext")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(raw)
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(string(text)), " ")
	for _, want := range []string{
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/TB-UBND", "Tân Bình, ngày 27 tháng 11 năm 2026", "THÔNG BÁO",
		"Về việc thụ lý khiếu nại", "Kính gửi: Ông Nguyễn Văn Đước", "đền bù <đất> & nhà ở", "Nơi nhận:", "CHỦ TỊCH", "Trần Thị Hương",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in it:\n%s", want, text)
		}
	}
	if n := strings.Count(got, "Ngày 05 tháng 7"); n != 14 {
		t.Errorf("%d of 14 paragraphs", n)
	}
	if pages := strings.Count(string(text), "\f"); pages < 2 {
		t.Errorf("%d pages", pages)
	}
}

// TestLetterIsAWellFormedTextDocument: each part parses, and the words are in it as they are.
func TestLetterIsAWellFormedTextDocument(t *testing.T) {
	l := sample("Một <hai> & ba.\nBốn.")
	l.Title = ""
	raw, err := l.Docx()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(z.File) != 5 {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(r)
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if chars, ok := tok.(xml.CharData); ok && f.Name == "word/document.xml" {
				text.Write(chars)
			}
		}
	}
	for _, want := range []string{"Một <hai> & ba.", "Bốn.", "Số: 12/TB-UBND", "Về việc thụ lý khiếu nại", "Trần Thị Hương"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in %q", want, text.String())
		}
	}
}

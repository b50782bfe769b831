package api_test

import (
	"mime"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/web/api"
)

func TestNamesOfDownloads(t *testing.T) {
	for name, want := range map[string]string{
		"a.pdf":                            `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`,
		"Đơn khiếu nại.pdf":                `attachment; filename="don-khieu-nai.pdf"; filename*=UTF-8''%C4%90%C6%A1n%20khi%E1%BA%BFu%20n%E1%BA%A1i.pdf`,
		"a\"; filename=\"b.exe\r\nX-Y: z":  `attachment; filename="a--filename-b.exex-y-z"; filename*=UTF-8''a%3B%20filename%3Db.exeX-Y%20z`,
		"":                                 `attachment; filename="tep"; filename*=UTF-8''tep`,
		"../..\\etc/passwd":                `attachment; filename="etcpasswd"; filename*=UTF-8''etcpasswd`,
		"a\u202egpj.exe\xff\x00":           `attachment; filename="agpj.exe"; filename*=UTF-8''agpj.exe`,
		strings.Repeat("ê", 300) + ".docx": `attachment; filename="` + strings.Repeat("e", 115) + `.docx"; filename*=UTF-8''` + strings.Repeat("%C3%AA", 115) + ".docx",
	} {
		if got := api.Disposition("attachment", name); got != want {
			t.Errorf("%q:\n%s\n%s", name, got, want)
		}
	}
}

var shape = regexp.MustCompile(`^attachment; filename="[A-Za-z0-9._-]+"; filename\*=UTF-8''[A-Za-z0-9._~%-]+$`)

func FuzzDisposition(f *testing.F) {
	f.Add("Đơn.pdf")
	f.Add("a\"\r\nb")
	f.Fuzz(func(t *testing.T, name string) {
		got := api.Disposition("attachment", name)
		how, params, err := mime.ParseMediaType(got)
		if !shape.MatchString(got) || err != nil || how != "attachment" || params["filename"] == "" {
			t.Errorf("%q: %s, %v", name, got, err)
		}
	})
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tiepdan/internal/postbox/postman"
)

type mail struct {
	Mails       int `default:"10000" help:"How many letters come."`
	Connections int `default:"8" help:"How many at once."`
}

// Run measures letters over LMTP from the first to the last acknowledgement, one of them as large as any may be.
func (m *mail) Run(ctx context.Context) error {
	socket := func(dir string) string { return filepath.Join(dir, "lmtp") }
	env := func(dir string) []string {
		return []string{"TIEPDAN_LMTP=unix:" + socket(dir), "TIEPDAN_MAIL_ADDRESS=gopy@thangan.example"}
	}
	return withProgram(ctx, env, func(p *program, _ string) error { return m.measure(ctx, p, socket(filepath.Dir(p.data))) })
}

func (m *mail) measure(ctx context.Context, p *program, socket string) error {
	idle, _ := p.memory()
	var next, bad atomic.Int64
	var wg sync.WaitGroup
	var first atomic.Value
	begun := time.Now()
	for range m.Connections {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(m.Mails); i = next.Add(1) {
				if err := postman.Deliver(ctx, socket, "be@x.example", letter(i, i == int64(m.Mails/2)), "gopy@thangan.example"); err != nil {
					bad.Add(1)
					first.CompareAndSwap(nil, err.Error())
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	_, peak := p.memory()
	fmt.Fprintf(os.Stdout, "mail over LMTP   %7.0f/s  %d letters, %d not taken, one of 28 MB among them  idle %d MB  peak %d MB\n",
		float64(m.Mails)/took.Seconds(), m.Mails, bad.Load(), idle, peak)
	if why := first.Load(); why != nil {
		fmt.Fprintln(os.Stdout, "  first that was not:", why)
	}
	return nil
}

// letter is the letter of a number; a large one brings a file.
func letter(i int64, large bool) []byte {
	head := fmt.Sprintf("From: =?UTF-8?B?VsO1IFRo4buLIELDqQ==?= <be%d@x%d.example>\r\nMessage-ID: <%d@x.example>\r\nSubject: Den duong so %d\r\n", i, i%500, i, i)
	words := "Tôi phản ánh đèn đường ở thôn Ba đã tắt ba tuần nay, đề nghị ủy ban cho sửa giúp.\r\n"
	if !large {
		return []byte(head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + words)
	}
	return []byte(head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + words +
		"--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat(strings.Repeat("QUJD", 19)+"\r\n", 28<<20/78) + "--b--\r\n")
}

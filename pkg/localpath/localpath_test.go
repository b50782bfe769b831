package localpath_test

import (
	"net/url"
	"strings"
	"testing"

	"tiepdan/pkg/localpath"
)

func TestAddressesOfThisServiceStayAsTheyAre(t *testing.T) {
	for _, address := range []string{
		"/", "/t", "/staff", "/receipt#files", "/staff/cases?state=assigned", "/staff/admin/calendar?date=2026-01-02&year=2026#change",
	} {
		if got, ok := localpath.Clean(address); !ok || got != address {
			t.Errorf("%s became %q, %v", address, got, ok)
		}
	}
}

func TestAddressesAreTidied(t *testing.T) {
	for address, want := range map[string]string{
		"/staff/cases?q=rác thải": "/staff/cases?q=r%C3%A1c+th%E1%BA%A3i",
		"/staff/../t":             "/t",
		"/a//b/":                  "/a/b",
		"/./x":                    "/x",
		"/.//evil.example":        "/evil.example",
		"/%2f/evil.example":       "/evil.example",
		"/phường":                 "/ph%C6%B0%E1%BB%9Dng",
		"/a b":                    "/a%20b",
	} {
		if got, ok := localpath.Clean(address); !ok || got != want {
			t.Errorf("%s became %q, %v; want %s", address, got, ok, want)
		}
	}
}

// hostile are addresses that have led somebody elsewhere, or put a header of a stranger into an answer.
var hostile = []string{
	"", "x", "//evil.example", "///evil.example", `/\evil.example`, `\/evil.example`, "/\t/evil.example", "/\r\nSet-Cookie: a=b",
	"/staff\r\nLocation: https://evil.example", "/staff\nx", "/staff\x00", "/staff\x7f", "/staff\u0085x", "https://evil.example", "javascript:alert(1)",
	"/%0d%0aSet-Cookie:%20a=b", "/%5cevil.example", "/%00", "/\xff", "/%ff", "/x?a=%zz", "/%", "/" + strings.Repeat("a", 3000), " /staff", "/x#a\r\nb", "/x#%0a",
}

func TestNothingLeadsElsewhere(t *testing.T) {
	for _, address := range hostile {
		if got, ok := localpath.Clean(address); ok {
			t.Errorf("%q became %q", address, got)
		}
	}
}

func TestAFolderIsNotLeft(t *testing.T) {
	for address, want := range map[string]string{
		"/staff": "/staff", "/staff/cases?due=today": "/staff/cases?due=today", "/staff?x=1": "/staff?x=1", "/staff#a": "/staff#a",
		"/staffing": "/staff", "/staff/../t": "/staff", "/t": "/staff", "//staff": "/staff", "": "/staff", "/staff/%2e%2e/t": "/staff",
	} {
		if got := localpath.Within("/staff", address); got != want {
			t.Errorf("%q leads to %s, want %s", address, got, want)
		}
	}
}

func FuzzCleanLeadsHomeAndStaysClean(f *testing.F) {
	for _, address := range hostile {
		f.Add(address)
	}
	f.Add("/staff/cases?q=rác#1")
	home, err := url.Parse("https://home.example/some/page")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, ok := localpath.Clean(address)
		if !ok {
			return
		}
		to, err := home.Parse(got)
		if err != nil || to.Host != home.Host || to.Scheme != "https" || strings.HasPrefix(to.Path, "//") {
			t.Errorf("%q became %q, which leads to %v (%v)", address, got, to, err)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }) {
			t.Errorf("%q became %q", address, got)
		}
		if again, ok := localpath.Clean(got); !ok && len(got) < 2000 || ok && again != got {
			t.Errorf("%q became %q, then %q", address, got, again)
		}
	})
}

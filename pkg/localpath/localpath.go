// Package localpath keeps redirects at home: it makes of what a stranger wrote an address within this service, or nothing.
package localpath

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest bounds an address in bytes; what is longer comes from no page of ours.
const longest = 2048

// Clean returns the address with its path tidied and everything unusual escaped, so that it can stand in a header and leads
// a browser to this service only. It reports false for everything that could lead elsewhere or is read differently by
// different readers: a scheme, a host, //, a backslash, a control character.
func Clean(address string) (string, bool) {
	if len(address) > longest || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strange(u.Path) || strange(u.Fragment) {
		return "", false
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", false
	}
	clean := url.URL{Path: path.Clean(u.Path), RawQuery: query.Encode(), Fragment: u.Fragment}
	return clean.String(), true
}

// strange reports whether the text has what no address of ours has.
func strange(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r == '\\' || unicode.IsControl(r) })
}

// Within returns the cleaned address if it lies under the folder, such as /staff; else the folder itself.
func Within(folder, address string) string {
	clean, ok := Clean(address)
	if !ok {
		return folder
	}
	rest, under := strings.CutPrefix(clean, folder)
	if !under || rest != "" && !strings.ContainsAny(rest[:1], "/?#") {
		return folder
	}
	return clean
}

// Package i18n says things in the reader's language: catalogs of flat keys with {name} placeholders, Vietnamese first, and
// dates and numbers as each language writes them. Times are shown in Vietnam's.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Bundle is the catalogs of all languages.
type Bundle struct {
	langs    []string // the first is the default
	catalogs map[string]map[string]string
	matcher  language.Matcher
}

// Load reads dir/<lang>.json for each language, the default first.
func Load(files fs.FS, dir string, langs ...string) (*Bundle, error) {
	b := &Bundle{langs: langs, catalogs: map[string]map[string]string{}}
	var tags []language.Tag
	for _, l := range langs {
		raw, err := fs.ReadFile(files, path.Join(dir, l+".json"))
		if err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", l, err)
		}
		var c map[string]string
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", l, err)
		}
		tag, err := language.Parse(l)
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", l, err)
		}
		b.catalogs[l] = c
		tags = append(tags, tag)
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

// Choose returns the language to answer in: the one the reader chose, else what his browser asks for, else the default.
func (b *Bundle) Choose(acceptLanguage, chosen string) string {
	if slices.Contains(b.langs, chosen) {
		return chosen
	}
	if acceptLanguage == "" || len(acceptLanguage) > 1000 {
		return b.langs[0]
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return b.langs[0]
	}
	_, i, confidence := b.matcher.Match(tags...)
	if confidence == language.No {
		return b.langs[0]
	}
	return b.langs[i]
}

// Say returns the text of a key with its placeholders filled. A key that the language lacks is said in the default
// language, and one that no catalog has comes back as it is. Where a placeholder n is 1 and the catalog has key+".one",
// that is said.
func (b *Bundle) Say(lang, key string, args map[string]string) string {
	text, ok := b.find(lang, key, args)
	if !ok {
		return key
	}
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		pairs = append(pairs, "{"+name+"}", args[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (b *Bundle) find(lang, key string, args map[string]string) (string, bool) {
	for _, l := range []string{lang, b.langs[0]} {
		if args["n"] == "1" {
			if t, ok := b.catalogs[l][key+".one"]; ok {
				return t, true
			}
		}
		if t, ok := b.catalogs[l][key]; ok {
			return t, true
		}
	}
	return "", false
}

// Has reports whether the default catalog has the key.
func (b *Bundle) Has(key string) bool {
	_, ok := b.catalogs[b.langs[0]][key]
	return ok
}

// Keys lists the keys of a language in order.
func (b *Bundle) Keys(lang string) []string { return slices.Sorted(maps.Keys(b.catalogs[lang])) }

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Problems lists what the catalogs do not have in common: keys that one lacks, and placeholders that differ. Plural forms
// (".one") may be missing, for Vietnamese has none.
func (b *Bundle) Problems() []string {
	var out []string
	first := b.catalogs[b.langs[0]]
	for _, l := range b.langs[1:] {
		for _, key := range b.Keys(b.langs[0]) {
			text, ok := b.catalogs[l][key]
			switch {
			case !ok:
				out = append(out, l+" lacks "+key)
			case !slices.Equal(holders(first[key]), holders(text)):
				out = append(out, l+" has other placeholders in "+key)
			}
		}
		for _, key := range b.Keys(l) {
			if _, ok := first[key]; !ok && !strings.HasSuffix(key, ".one") {
				out = append(out, b.langs[0]+" lacks "+key)
			}
		}
	}
	return out
}

func holders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// vietnam is the legal time: UTC+7 all year.
var vietnam = time.FixedZone("+07", 7*60*60)

// Date writes the day of a moment in Vietnam, 10/07/2026 in both languages: the form on every paper of the office.
func (*Bundle) Date(_ string, at time.Time) string { return at.In(vietnam).Format("02/01/2006") }

// LongDate writes a day as letters do: ngày 05 tháng 01 năm 2026 (Nghị định 30/2020: a zero before days under 10 and the
// months 1 and 2).
func (*Bundle) LongDate(lang string, at time.Time) string {
	at = at.In(vietnam)
	if lang != "vi" {
		return at.Format("2 January 2006")
	}
	month := at.Format("1")
	if at.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", at.Day(), month, at.Year())
}

// Number writes a whole number with the language's separator: 1.234 or 1,234.
func (*Bundle) Number(lang string, n int64) string {
	sep := byte('.')
	if lang == "en" {
		sep = ','
	}
	s := fmt.Sprint(max(n, -n))
	var out []byte
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			out = append(out, sep)
		}
		out = append(out, s[i])
	}
	if n < 0 {
		return "-" + string(out)
	}
	return string(out)
}

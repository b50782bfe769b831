// Package i18n says things in the reader's language: catalogs of flat keys with {name} placeholders, Vietnamese first, and
// dates and numbers as each language writes them. Times are shown in Vietnam's.
package i18n

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Bundle is the catalogs of all languages. It is safe for concurrent use once loaded.
type Bundle struct {
	// Missing is told of every key that a language lacks, when somebody asks for it. It may be nil, and is set before the
	// bundle is used.
	Missing func(lang, key string)

	langs    []string // the first is the default
	catalogs map[string]map[string]text
	matcher  language.Matcher
}

// LoadAll reads every catalog of a folder: first those of the languages named, the default before all, then the others in order of
// their tags.
func LoadAll(files fs.FS, dir string, first ...string) (*Bundle, error) {
	catalogs, err := fs.Glob(files, path.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list catalogs: %w", err)
	}
	langs := slices.Clone(first)
	for _, name := range catalogs {
		if l := strings.TrimSuffix(path.Base(name), ".json"); !slices.Contains(first, l) {
			langs = append(langs, l)
		}
	}
	return Load(files, dir, langs...)
}

// Load reads dir/<lang>.json for each language, the default first.
func Load(files fs.FS, dir string, langs ...string) (*Bundle, error) {
	if len(langs) == 0 {
		return nil, errors.New("load catalogs: no language named")
	}
	b := &Bundle{langs: langs, catalogs: map[string]map[string]text{}}
	var tags []language.Tag
	for _, l := range langs {
		tag, err := language.Parse(l)
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", l, err)
		}
		tags = append(tags, tag)
		raw, err := fs.ReadFile(files, path.Join(dir, l+".json"))
		if err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", l, err)
		}
		if b.catalogs[l], err = readCatalog(raw); err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", l, err)
		}
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

// readCatalog reads one flat object and refuses a key that comes twice, of which encoding/json would silently keep the last.
func readCatalog(raw []byte) (map[string]text, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("not an object"), err)
	}
	c := map[string]text{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("after %d keys: %w", len(c), err)
		}
		key, _ := t.(string) // the decoder lets no other key through
		if _, ok := c[key]; ok {
			return nil, fmt.Errorf("key %s comes twice", key)
		}
		var said string
		if err := d.Decode(&said); err != nil {
			return nil, fmt.Errorf("key %s: %w", key, err)
		}
		c[key] = parse(said)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("after %d keys: %w", len(c), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the object")
	}
	return c, nil
}

// maxAccept bounds what is parsed of a header that anybody can send.
const maxAccept = 1000

// Choose returns the language to answer in: the one the reader chose, else what his browser asks for, else the default.
func (b *Bundle) Choose(acceptLanguage, chosen string) string {
	if slices.Contains(b.langs, chosen) {
		return chosen
	}
	if acceptLanguage == "" || len(acceptLanguage) > maxAccept {
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

// Langs lists the languages, the default first.
func (b *Bundle) Langs() []string { return slices.Clone(b.langs) }

// Has reports whether the default catalog has the key.
func (b *Bundle) Has(key string) bool {
	_, ok := b.catalogs[b.langs[0]][key]
	return ok
}

// Lacks reports whether a language leaves a key to the default language.
func (b *Bundle) Lacks(lang, key string) bool {
	c, known := b.catalogs[lang]
	_, ok := find(c, key, "", true)
	_, alone := c[key+one]
	return !known || !ok && !alone
}

// Whole reports whether a language says for itself all that the default language says.
func (b *Bundle) Whole(lang string) bool {
	for key := range b.catalogs[b.langs[0]] {
		if b.Lacks(lang, b.base(b.langs[0], key)) {
			return false
		}
	}
	return true
}

// Keys lists the keys of a language in order.
func (b *Bundle) Keys(lang string) []string { return slices.Sorted(maps.Keys(b.catalogs[lang])) }

package app_test

import (
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tiepdan/internal/testkit"
)

// pictured are the browsers whose pictures are kept, by the folder: those of the phone are what the README shows.
var pictured = map[string]string{"phone": "", "phone, dark": "dark", "desk": "desk", "desk, dark": "desk-dark"}

// looks are the browsers that pages are looked at with: more of them where pictures are asked for.
func looks() map[string][]testkit.BrowserOption {
	all := map[string][]testkit.BrowserOption{
		"phone": {testkit.Phone()}, "narrow, dark, English": {testkit.Narrow(), testkit.Dark(), testkit.Language("en")},
		"desk": {testkit.Desktop(), testkit.ReducedMotion()},
	}
	if os.Getenv("TIEPDAN_SCREENS") != "" {
		all["phone, dark"], all["desk, dark"] = []testkit.BrowserOption{testkit.Phone(), testkit.Dark()}, []testkit.BrowserOption{testkit.Desktop(), testkit.Dark()}
	}
	return all
}

// picture keeps how a page looks in the folder TIEPDAN_SCREENS.
func picture(t *testing.T, p phone, browser, page string) {
	t.Helper()
	folder := os.Getenv("TIEPDAN_SCREENS")
	under, kept := pictured[browser]
	if folder == "" || !kept {
		return
	}
	path := filepath.Join(folder, under, page+".png")
	testkit.Screenshot(t, p.ctx, path)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(f)
	if err := cmp.Or(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if f, err = os.Create(path); err != nil {
		t.Fatal(err)
	}
	best := png.Encoder{CompressionLevel: png.BestCompression}
	if err := cmp.Or(best.Encode(f, fewColours(full)), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// fewColours keeps the colours seen most, which is nearly all there is on a page: a picture a fifth the size.
func fewColours(img image.Image) *image.Paletted {
	seen := map[color.Color]int{}
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			seen[img.At(x, y)]++
		}
	}
	byUse := slices.SortedFunc(maps.Keys(seen), func(a, c color.Color) int { return cmp.Compare(seen[c], seen[a]) })
	out := image.NewPaletted(b, color.Palette(byUse[:min(len(byUse), 64)]))
	index := map[color.Color]uint8{}
	for c := range seen {
		index[c] = uint8(out.Palette.Index(c))
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[img.At(x, y)])
		}
	}
	return out
}

// Package paper draws what is printed. It knows no word of the product: callers bring all texts.
package paper

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png" // of marks
	"iter"
	"strings"

	bold "github.com/go-fonts/liberation/liberationsansbold"
	sans "github.com/go-fonts/liberation/liberationsansregular"
	"github.com/signintech/gopdf"
)

// Poster is a sheet with one large QR code, what it is for, and the steps that a reader takes.
type Poster struct {
	House  string // whose it is
	Mark   []byte // its mark, a PNG; none is left out
	Place  string // where it hangs
	Title  string
	Lines  []string // the steps, and the same in another language
	Code   [][]bool // the QR code's modules, its quiet zone included
	Footer string
}

// Size is a format of paper.
type Size string

// The sizes.
const (
	A4    Size = "a4"
	A5    Size = "a5"
	Tent  Size = "tent"  // A4, to be folded in the middle: it stands on a desk and is read from both sides
	Badge Size = "badge" // 90 by 130 mm
)

// Sizes lists them.
func Sizes() []Size { return []Size{A4, A5, Tent, Badge} }

// box is a rectangle on the paper in millimetres.
type box struct{ x, y, w, h float64 }

// Posters draws a page for each.
func Posters(size Size, all []Poster) ([]byte, error) {
	page := map[Size]box{A4: {w: 210, h: 297}, A5: {w: 148, h: 210}, Tent: {w: 210, h: 297}, Badge: {w: 90, h: 130}}[size]
	if page.w == 0 {
		return nil, fmt.Errorf("no size %q", size)
	}
	var d drawing
	d.Start(gopdf.Config{PageSize: gopdf.Rect{W: page.w, H: page.h}, Unit: gopdf.UnitMM})
	for name, font := range map[string][]byte{"sans": sans.TTF, "bold": bold.TTF} {
		if err := d.AddTTFFontData(name, font); err != nil {
			return nil, fmt.Errorf("add font: %w", err)
		}
	}
	for _, p := range all {
		d.AddPage()
		if size == Tent {
			half := box{w: page.w, h: page.h / 2}
			d.upsideDown(half, func() { d.poster(p, half) })
			d.poster(p, box{y: page.h / 2, w: page.w, h: page.h / 2})
			continue
		}
		d.poster(p, page)
	}
	if d.err != nil {
		return nil, d.err
	}
	raw, err := d.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("write posters: %w", err)
	}
	return raw, nil
}

// drawing gathers the first error.
type drawing struct {
	gopdf.GoPdf
	err error
}

func (d *drawing) do(err error) {
	if d.err == nil {
		d.err = err
	}
}

// upsideDown draws something turned by half a turn about the middle of the box.
func (d *drawing) upsideDown(b box, draw func()) {
	d.Rotate(180, b.x+b.w/2, b.y+b.h/2)
	draw()
	d.RotateReset()
}

// poster lays one out in a box: house and place on top, the code in the middle, the steps below.
func (d *drawing) poster(p Poster, b box) {
	unit := min(b.w/210, b.h/297)
	if b.w > b.h { // a half of a sheet that is folded
		unit = b.h / 210
	}
	y := d.mark(p.Mark, unit, box{b.x, b.y + 10*unit, b.w, 0})
	y = d.centred("bold", p.House, 17*unit, box{b.x, y, b.w, 0})
	y = d.centred("sans", p.Place, 15*unit, box{b.x, y + 1*unit, b.w, 0})
	y = d.centred("bold", p.Title, 26*unit, box{b.x, y + 5*unit, b.w, 0})
	below := float64(len(p.Lines))*9*unit + 26*unit
	side := min(b.w*0.72, b.y+b.h-y-below-6*unit)
	d.code(p.Code, box{b.x + (b.w-side)/2, y + 4*unit, side, side})
	y += side + 8*unit
	for _, line := range p.Lines {
		y = d.centred("sans", line, 14*unit, box{b.x, y, b.w, 0})
	}
	d.centred("sans", p.Footer, 9*unit, box{b.x, b.y + b.h - 12*unit, b.w, 0})
}

// mark draws a mark at the top of the box, 20 units high, and returns where the text below begins; without one that is where it
// always does.
func (d *drawing) mark(picture []byte, unit float64, b box) float64 {
	if len(picture) == 0 {
		return b.y + 4*unit
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(picture))
	d.do(err)
	if err != nil || size.Height == 0 {
		return b.y + 4*unit
	}
	held, err := gopdf.ImageHolderByBytes(picture)
	d.do(err)
	if err != nil {
		return b.y + 4*unit
	}
	h := 20 * unit
	w := min(h*float64(size.Width)/float64(size.Height), b.w*0.7)
	d.do(d.ImageByHolder(held, b.x+(b.w-w)/2, b.y, &gopdf.Rect{W: w, H: h}))
	return b.y + h + 3*unit
}

// point is the height of a line of one point's size in millimetres, with room to the next.
const point = 0.47

// centred writes lines that fit the box's width and returns where the next one stands. size is in points.
func (d *drawing) centred(font, text string, size float64, b box) float64 {
	d.do(d.SetFont(font, "", size))
	y := b.y
	for _, line := range d.wrapped(text, b.w*0.9) {
		w, err := d.MeasureTextWidth(line)
		d.do(err)
		d.SetXY(b.x+(b.w-w)/2, y)
		d.do(d.Cell(nil, line))
		y += size * point
	}
	return y
}

// wrapped breaks a text between words.
func (d *drawing) wrapped(text string, width float64) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		next := strings.TrimSpace(line + " " + word)
		w, err := d.MeasureTextWidth(next)
		d.do(err)
		if w > width && line != "" {
			out, next = append(out, line), word
		}
		line = next
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// seam lets rows overlap by a hair, so that no white line shows between them.
const seam = 1.03

// code draws a QR code as one rectangle a run.
func (d *drawing) code(bits [][]bool, b box) {
	if len(bits) == 0 {
		return
	}
	m := b.w / float64(len(bits))
	d.SetFillColor(0, 0, 0)
	for r := range Runs(bits) {
		d.RectFromUpperLeftWithStyle(b.x+float64(r.X)*m, b.y+float64(r.Y)*m, float64(r.N)*m, m*seam, "F")
	}
}

// Run is some dark modules of a QR code beside each other.
type Run struct{ X, Y, N int }

// Runs yields the runs of a QR code's modules, row by row.
func Runs(bits [][]bool) iter.Seq[Run] {
	return func(yield func(Run) bool) {
		for y, row := range bits {
			for x := 0; x < len(row); x++ {
				n := 0
				for x+n < len(row) && row[x+n] {
					n++
				}
				if n > 0 && !yield(Run{x, y, n}) {
					return
				}
				x += n
			}
		}
	}
}

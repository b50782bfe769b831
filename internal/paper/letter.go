package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	serifbold "github.com/go-fonts/liberation/liberationserifbold"
	serifbolditalic "github.com/go-fonts/liberation/liberationserifbolditalic"
	serifitalic "github.com/go-fonts/liberation/liberationserifitalic"
	serif "github.com/go-fonts/liberation/liberationserifregular"
	"github.com/signintech/gopdf"
)

// Letter is an official paper in the form that offices in Việt Nam give theirs (Nghị định 30/2020, Phụ lục I). PDF and Docx draw the
// same one.
type Letter struct {
	Upper  []string // the agency above, on the left
	House  []string // whose paper it is, under it
	Nation string   // quốc hiệu
	Motto  string   // tiêu ngữ
	Number string   // số, ký hiệu
	Dated  string   // địa danh, ngày tháng năm
	Title  string   // tên loại; empty for an official letter, whose subject then stands under the number
	About  string   // trích yếu
	To     string   // nơi gửi đến
	Body   string   // paragraphs, each a line
	Copies string   // what stands over the list of who gets it
	Sent   []string // nơi nhận
	As     []string // in which capacity it is signed
	Signer string
}

// The page of a letter in millimetres, and its sizes of type in points.
const (
	letterLeft, letterRight, letterTop, letterBottom = 30.0, 18.0, 20.0, 20.0
	letterWidth                                      = 210 - letterLeft - letterRight
	bodySize, headSize, copySize                     = 14.0, 13.0, 11.0
	lead                                             = 0.3528 * 1.25 // millimetres a line for each point of its size
	paragraph                                        = 2.1           // between two
	firstLine                                        = 10.0
	signing                                          = 26.0 // room for signature and seal
)

// PDF draws it.
func (l Letter) PDF() ([]byte, error) {
	var d drawing
	d.Start(gopdf.Config{PageSize: gopdf.Rect{W: 210, H: 297}, Unit: gopdf.UnitMM})
	for name, font := range map[string][]byte{"serif": serif.TTF, "serifbold": serifbold.TTF, "serifitalic": serifitalic.TTF, "serifbolditalic": serifbolditalic.TTF} {
		if err := d.AddTTFFontData(name, font); err != nil {
			return nil, fmt.Errorf("add font: %w", err)
		}
	}
	d.AddPage()
	w := writer{drawing: &d, pages: 1}
	w.y = w.head(l)
	w.title(l)
	for _, p := range paragraphs(l.Body) {
		w.paragraph(p)
	}
	w.foot(l)
	if d.err != nil {
		return nil, d.err
	}
	raw, err := d.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	return raw, nil
}

// paragraphs are the lines of a text that hold anything.
func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(p string) bool { return strings.TrimSpace(p) == "" })
}

// writer draws from the top of a page to its end, and on to the next.
type writer struct {
	*drawing
	y     float64
	pages int
}

// column writes lines centred in a box and returns where the next one stands.
func (w *writer) column(font string, size float64, b box, lines ...string) float64 {
	y := b.y
	for _, text := range lines {
		w.do(w.SetFont(font, "", size))
		for _, line := range w.wrapped(text, b.w) {
			width, err := w.MeasureTextWidth(line)
			w.do(err)
			w.SetXY(b.x+(b.w-width)/2, y)
			w.do(w.Cell(nil, line))
			y += size * lead
		}
	}
	return y
}

// rule draws a line under what stands in the middle of the box.
func (w *writer) rule(b box, width float64) float64 {
	w.SetLineWidth(0.25)
	w.Line(b.x+(b.w-width)/2, b.y, b.x+(b.w+width)/2, b.y)
	return b.y + 2.5
}

// head draws the two columns on top.
func (w *writer) head(l Letter) float64 {
	left := box{x: letterLeft - 8, y: letterTop, w: 66}
	right := box{x: letterLeft + 58, y: letterTop, w: letterWidth - 58}
	left.y = w.column("serif", headSize, left, l.Upper...)
	left.y = w.rule(box{left.x, w.column("serifbold", headSize, left, l.House...) + 0.6, left.w, 0}, 24)
	left.y = w.column("serif", headSize, left, l.Number)
	right.y = w.column("serifbold", headSize-0.5, right, l.Nation)
	right.y = w.column("serifbold", headSize+0.5, right, l.Motto)
	w.do(w.SetFont("serifbold", "", headSize+0.5))
	width, err := w.MeasureTextWidth(l.Motto)
	w.do(err)
	right.y = w.rule(box{right.x, right.y + 0.6, right.w, 0}, width)
	right.y = max(right.y, left.y-headSize*lead)
	right.y = w.column("serifitalic", headSize, right, l.Dated)
	if l.Title == "" && l.About != "" {
		left.y = w.column("serif", headSize-1, box{left.x, left.y + 1, left.w, 0}, l.About)
	}
	return max(left.y, right.y) + 8
}

// title draws the kind of paper, what it is about, and whom it goes to.
func (w *writer) title(l Letter) {
	all := box{x: letterLeft, y: w.y, w: letterWidth}
	if l.Title != "" {
		all.y = w.column("serifbold", bodySize, all, l.Title)
		all.y = w.column("serifbold", bodySize, all, l.About)
		all.y = w.rule(box{all.x, all.y + 0.8, all.w, 0}, 40) + 3
	}
	if l.To != "" {
		all.y = w.column("serif", bodySize, all, l.To) + 4
	}
	w.y = all.y
}

// paragraph writes one justified, with its first line set in.
func (w *writer) paragraph(text string) {
	w.do(w.SetFont("serif", "", bodySize))
	words := strings.Fields(text)
	for in := firstLine; len(words) > 0; in = 0 {
		n := w.fits(words, letterWidth-in)
		w.room(bodySize * lead)
		w.spread(words[:n], box{letterLeft + in, w.y, letterWidth - in, 0}, n < len(words))
		words = words[n:]
		w.y += bodySize * lead
	}
	w.y += paragraph
}

// fits counts the words that one line holds, at least one.
func (w *writer) fits(words []string, width float64) int {
	n := 1
	for n < len(words) {
		wide, err := w.MeasureTextWidth(strings.Join(words[:n+1], " "))
		w.do(err)
		if wide > width {
			break
		}
		n++
	}
	return n
}

// spread writes a line; a full one reaches from edge to edge.
func (w *writer) spread(words []string, b box, full bool) {
	line := strings.Join(words, " ")
	if !full || len(words) == 1 {
		w.SetXY(b.x, b.y)
		w.do(w.Cell(nil, line))
		return
	}
	wide, err := w.MeasureTextWidth(strings.Join(words, ""))
	w.do(err)
	gap, x := (b.w-wide)/float64(len(words)-1), b.x
	for _, word := range words {
		w.SetXY(x, b.y)
		w.do(w.Cell(nil, word+" "))
		one, err := w.MeasureTextWidth(word)
		w.do(err)
		x += one + gap
	}
}

// room begins a new page, numbered at its head, where so much does not fit any more.
func (w *writer) room(height float64) {
	if w.y+height <= 297-letterBottom {
		return
	}
	w.AddPage()
	w.pages++
	w.column("serif", headSize, box{letterLeft, letterTop - 10, letterWidth, 0}, strconv.Itoa(w.pages))
	w.do(w.SetFont("serif", "", bodySize))
	w.y = letterTop
}

// foot draws who gets it on the left and the signature on the right; they stay together.
func (w *writer) foot(l Letter) {
	right := box{x: letterLeft + 70, w: letterWidth - 70}
	w.room(float64(len(l.As)+1)*bodySize*lead + signing + 4)
	right.y = w.column("serifbold", bodySize, box{right.x, w.y + 4, right.w, 0}, l.As...)
	w.column("serifbold", bodySize, box{right.x, right.y + signing, right.w, 0}, l.Signer)
	w.do(w.SetFont("serifbolditalic", "", copySize+1))
	y := w.y + 4
	w.SetXY(letterLeft, y)
	w.do(w.Cell(nil, l.Copies))
	y += (copySize + 1) * lead
	w.do(w.SetFont("serif", "", copySize))
	for _, one := range l.Sent {
		for _, line := range w.wrapped(one, 66) {
			w.SetXY(letterLeft, y)
			w.do(w.Cell(nil, line))
			y += copySize * lead
		}
	}
}

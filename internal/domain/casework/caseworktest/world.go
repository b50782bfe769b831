package caseworktest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// World is an office drawn at random with its desk and the letters that were filed there. Tests let people act in it and say
// what must hold whatever they do.
type World struct {
	*Desk
	O     *office.Office
	Filed []casework.Filed
}

// DrawWorld opens a desk for a random office.
func DrawWorld(t *rapid.T) *World {
	w := &World{Desk: New(), O: office.New(DrawOffice(t))}
	w.Offices = Fixed{w.O}
	return w
}

// Sender is somebody whose every trace can be recognised, see Traces.
var Sender = casework.Contact{
	Name: "Quàng Thị Zờrquyên", Phone: "0905318246", Email: "zorkquyen@thu.example", Address: "Xóm Bưởi Zờrk 17", IDNumber: "049188007731",
}

// Words stand in the letters that DrawLetter draws and nowhere else.
const Words = "ZRQLETTER"

// Traces names what would tell of the sender and his letter, by field.
var Traces = map[string]string{
	"name": "Zờrquyên", "phone": "905318246", "email": "zorkquyen@", "address": "Bưởi Zờrk", "id_number": "049188007731", "letter": Words,
}

// DrawLetter draws a letter of the kind from Sender, about some people of the office or about nobody.
func (w *World) DrawLetter(t *rapid.T, kind law.Kind) casework.Draft {
	f := casework.Draft{
		Key: fmt.Sprintf("letter-%d", len(w.Filed)), Kind: kind, Counter: "c1", Contact: Sender, Language: "vi",
		Category: rapid.SampledFrom([]string{"roads", "land", ""}).Draw(t, "category"),
		Subject:  Words + " việc ở xã", Body: Words + " sự việc xảy ra hôm qua.", Location: casework.Location{Address: Words + " thôn 3"},
		Anonymous: rapid.IntRange(0, 9).Draw(t, "anonymous") == 0,
	}
	if rapid.Bool().Draw(t, "names a unit") {
		f.Unit = rapid.SampledFrom(w.O.Units()).Draw(t, "wanted").ID
	}
	var about []string
	for range rapid.IntRange(0, 3).Draw(t, "accused") {
		about = append(about, w.Somebody(t).Name)
	}
	f.About = strings.Join(about, ", ")
	return f
}

// File files and routes a letter.
func (w *World) File(ctx context.Context, t *rapid.T, f casework.Draft) casework.Filed {
	filed, err := w.Submit(ctx, f)
	if err != nil {
		t.Fatalf("filing: %v", err)
	}
	w.Filed = append(w.Filed, filed)
	w.Settle(ctx, t)
	return filed
}

// Settle does what the worker does: every case that waits is routed.
func (w *World) Settle(ctx context.Context, t *rapid.T) {
	for _, c := range w.All() {
		for _, err := range w.Route(ctx, c.ID) {
			if err != nil {
				t.Fatalf("routing %s: %v", c.Ref, err)
			}
		}
	}
}

// All returns every case there is.
func (w *World) All() []*casework.Case { return w.Kept.all(func(*casework.Case) bool { return true }) }

// Somebody draws a member of staff who may sign in.
func (w *World) Somebody(t *rapid.T) office.Staff {
	return rapid.SampledFrom(w.O.AllStaff()).Draw(t, "who")
}

// Elapse lets up to a month pass.
func (w *World) Elapse(t *rapid.T) {
	w.Clock = w.Clock.Add(time.Duration(rapid.IntRange(1, 30*24).Draw(t, "hours")) * time.Hour)
}

// Act lets the person do one thing at random, allowed or not, to any case there is, and says what it was. A refusal is as
// good an outcome as any.
func (w *World) Act(ctx context.Context, t *rapid.T, who office.Staff) string {
	cs := w.All()
	c := cs[rapid.IntRange(0, len(cs)-1).Draw(t, "case")]
	acts := []func(context.Context, *rapid.T, office.Staff, *casework.Case) (string, error){w.move, w.move, w.move, w.look, w.strip, w.identity}
	what, err := acts[rapid.IntRange(0, len(acts)-1).Draw(t, "act")](ctx, t, who, c)
	w.Settle(ctx, t)
	return fmt.Sprintf("%s: %s of %s %s (%v)", who.ID, what, c.Kind, c.Ref, err)
}

// move makes a move that the person is offered, or now and then any other.
func (w *World) move(ctx context.Context, t *rapid.T, who office.Staff, c *casework.Case) (string, error) {
	var names []string
	for _, m := range casework.Offers(w.O, who, c, w.Clock) {
		names = append(names, m.Name)
	}
	if len(names) == 0 || rapid.IntRange(0, 7).Draw(t, "not offered") == 0 {
		for _, m := range law.Moves() {
			names = append(names, m.Name)
		}
	}
	name := rapid.SampledFrom(names).Draw(t, "move")
	m, ok := casework.FindMove(c, name)
	if !ok {
		return name, nil
	}
	args := w.DrawArgs(t, c, m)
	_, err := w.Move(ctx, who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: args})
	return fmt.Sprint(name, args), err
}

// DrawArgs fills in what the move asks for.
func (w *World) DrawArgs(t *rapid.T, c *casework.Case, m law.Move) map[string]string {
	out := map[string]string{}
	for _, a := range m.Asks {
		switch {
		case strings.HasSuffix(a.Name, "_subject"), strings.HasSuffix(a.Name, "_text"): // see below
		case !a.Required && rapid.Bool().Draw(t, "left out"):
		case a.Name == "unit":
			out["unit"] = rapid.SampledFrom(w.O.Units()).Draw(t, "unit").ID
		case a.Name == "assignee":
			out["assignee"] = w.Somebody(t).ID
		case a.Name == "people":
			out["people"] = w.Somebody(t).ID + "," + w.Somebody(t).ID
		case a.Name == "units":
			out["units"] = rapid.SampledFrom(w.O.Units()).Draw(t, "unit").ID
		case a.Name == "team":
			out["team"] = w.Somebody(t).ID + ", " + w.Somebody(t).ID
		case a.Name == "on":
			out["on"] = w.Clock.AddDate(0, 0, 9).Format(time.DateOnly)
		case a.Name == "dated" || a.Name == "sent_on":
			out[a.Name] = w.Clock.In(casework.Vietnam).Format(time.DateOnly)
		case a.Many && len(a.OneOf) > 1:
			out[a.Name] = strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(a.OneOf), 1, 3, rapid.ID[string]).Draw(t, a.Name), ",")
		case len(a.OneOf) > 0:
			out[a.Name] = rapid.SampledFrom(slices.DeleteFunc(slices.Clone(a.OneOf), func(v string) bool { return v == string(c.Kind) })).Draw(t, a.Name)
		default:
			out[a.Name] = "lời"
		}
	}
	if m.Name == "split" {
		w.drawPassages(t, out)
	}
	return out
}

// drawPassages marks passages for the parts of a split: the letter itself, what tells of the sender, or neither.
func (w *World) drawPassages(t *rapid.T, out map[string]string) {
	said := []string{"Đường hỏng.", Words + " sự việc xảy ra hôm qua.", "Tôi là " + Sender.Name + ", số " + Sender.Phone}
	for _, k := range law.SplitInto() {
		if slices.Contains(strings.Split(out["kinds"], ","), string(k)) {
			out[string(k)+"_subject"], out[string(k)+"_text"] = "Phần", rapid.SampledFrom(said).Draw(t, "passage")
		}
	}
}

// look asks for the sender in full and reads what there is to read.
func (w *World) look(ctx context.Context, _ *rapid.T, who office.Staff, c *casework.Case) (string, error) {
	_, err := w.ShowContact(ctx, who, c.Ref)
	return "contact", err
}

// strip keeps words for the verifiers.
func (w *World) strip(ctx context.Context, _ *rapid.T, who office.Staff, c *casework.Case) (string, error) {
	_, err := w.Strip(ctx, who, c.Ref, c.Rev(), casework.Letter{Subject: "Tố cáo", Body: "Nhận tiền của " + casework.Blank})
	return "strip", err
}

// identity asks for an identity, and approves and shows every request there is.
func (w *World) identity(ctx context.Context, _ *rapid.T, who office.Staff, c *casework.Case) (string, error) {
	_, err := w.AskIdentity(ctx, who, c.Ref, "đối chiếu")
	for _, id := range w.Asked() {
		_, _ = w.ApproveOpening(ctx, who, id, true) // tried, not needed
		_, _ = w.ShowIdentity(ctx, who, id, nil)
	}
	return "identity", err
}

// Approve lets the person say yes to whatever waits for a second one.
func (w *World) Approve(ctx context.Context, t *rapid.T, who office.Staff) {
	for _, id := range w.Asked() {
		_, _ = w.ApproveOpening(ctx, who, id, rapid.Bool().Draw(t, "the sender too")) // tried, not needed
	}
	w.Settle(ctx, t)
}

// Asked lists the ids of all accesses.
func (w *World) Asked() []string {
	a := w.Accesses.(*Accesses) //nolint:forcetypeassert // New made it
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.byID))
}

// Citizen lets the sender of a letter do one thing at random, and says what it was.
func (w *World) Citizen(ctx context.Context, t *rapid.T) string {
	filed := rapid.SampledFrom(w.Filed).Draw(t, "letter")
	code := filed.Code.String()
	var err error
	what := rapid.SampledFrom([]string{"write", "withdraw", "forced", "rate", "appeal"}).Draw(t, "citizen")
	switch what {
	case "write":
		_, err = w.Write(ctx, code, Words+" xin bổ sung.")
	case "withdraw":
		_, err = w.Withdraw(ctx, code, casework.Wish{Reason: Words + " thôi.", Second: Sender.IDNumber[len(Sender.IDNumber)-6:]})
	case "forced":
		_, err = w.WriteForced(ctx, code, Words+" bị ép.")
	case "rate":
		_, err = w.Rate(ctx, code, 2, Words+" chưa hài lòng.")
	default:
		var further casework.Filed
		if further, err = w.Appeal(ctx, code, casework.Draft{Subject: Words + " chưa đồng ý", Body: Words + " đề nghị xem lại."}); err == nil && !further.Replay {
			w.Filed = append(w.Filed, further)
		}
	}
	w.Settle(ctx, t)
	return fmt.Sprintf("citizen: %s of %s (%v)", what, filed.Case.Ref, err)
}

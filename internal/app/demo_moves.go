package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// demoMoves names the moves of the law that a step of a told life stands for.
func demoMoves(do, kind string) []string {
	switch do + " " + kind {
	case "accept complaint", "accept denunciation":
		return []string{"record_signature", "accept"}
	case "answer complaint":
		return []string{"invite_dialogue", "hold_dialogue", "decide", "notify"}
	case "answer denunciation":
		return []string{"notify_acceptance", "hear_accused", "conclude", "notify"}
	case "close complaint":
		return []string{"take_effect", "close"}
	case "close denunciation":
		return []string{"publish", "restore_accused", "close_unfounded", "enforce", "close"}
	case "transfer complaint":
		return []string{"guide"}
	case "withdraw complaint", "withdraw denunciation":
		return []string{"record_withdrawal", "discontinue", "notify_end"}
	default:
		return []string{do}
	}
}

// demoOutcomes are the verdicts on a denunciation by those told.
var demoOutcomes = map[string]string{"upheld": "substantiated", "partly_upheld": "partly", "rejected": "false"}

// demoMove makes one move, if the law allows it by now: a decision without effect yet is not closed.
func (a *App) demoMove(ctx context.Context, d *casework.Desk, ref, name string, told map[string]string) error {
	c, err := a.Store.ByRef(ctx, ref)
	if err != nil {
		return err
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	d = demoEarlier(d, c, name)
	if name == "notify_acceptance" {
		if c, err = demoStrip(ctx, d, o, c); err != nil {
			return err
		}
	}
	if name == "invite_dialogue" && told["outcome"] == "upheld" {
		return nil
	}
	who, offered := demoMover(o, c, name, d.Now())
	if !offered && demoOptional[name] {
		return nil
	}
	m, _ := casework.FindMove(c, name)
	args := demoArgs(o, c, m, told, d.Now())
	_, err = d.Move(ctx, who, casework.Order{Ref: ref, Rev: c.Rev(), Move: name, Args: args})
	return err
}

// demoMover is who makes the move: whoever has the case, or else the first who is offered it, such as the chair who decides
// what a division prepares.
func demoMover(o *office.Office, c *casework.Case, name string, now time.Time) (office.Staff, bool) {
	who, ok := o.Staff(c.Assignee)
	if !ok {
		who = receptionist(o)
	}
	for _, one := range append([]office.Staff{who}, o.AllStaff()...) {
		if slices.ContainsFunc(casework.Offers(o, one, c, now), func(m law.Move) bool { return m.Name == name }) {
			return one, true
		}
	}
	return who, false
}

// demoOptional are moves that come only where the law wants them by then.
var demoOptional = map[string]bool{
	"notify_acceptance": true, "take_effect": true, "close_unfounded": true, "publish": true, "enforce": true, "close": true,
	"invite_dialogue": true, "hold_dialogue": true, "hear_accused": true, "restore_accused": true,
	"record_withdrawal": true, "discontinue": true, "notify_end": true, // the person whom the law names may sit in another office
}

// demoNotice is how many days lie between an invitation and its dialogue.
const demoNotice = 6

// demoAhead is how many days before the step that is told a move comes: a dialogue is announced, a conclusion hangs a while.
var demoAhead = map[string]int{"invite_dialogue": 8, "publish": 17}

// demoEarlier is the desk at the time of the move, which is never before what the history told last, nor before the day of a dialogue.
func demoEarlier(d *casework.Desk, c *casework.Case, name string) *casework.Desk {
	at, last := d.Now().AddDate(0, 0, -demoAhead[name]), c.History[len(c.History)-1]
	if after := last.At.Add(time.Minute); at.Before(after) {
		at = after
	}
	if on, err := time.ParseInLocation(time.DateOnly, last.Data["on"], casework.Vietnam); err == nil && name == "hold_dialogue" && at.Before(on) {
		at = on.Add(9 * time.Hour)
	}
	then := *d
	then.Now = func() time.Time { return at }
	return &then
}

// demoStrip keeps the words for the verifiers that the program suggests, by the first who may.
func demoStrip(ctx context.Context, d *casework.Desk, o *office.Office, c *casework.Case) (*casework.Case, error) {
	if len(c.Stripped) > 0 {
		return c, nil
	}
	for _, who := range o.AllStaff() {
		if !o.May(who, office.SeeLetter, c.File(), d.Now()) || !o.May(who, office.Work, c.File(), d.Now()) {
			continue
		}
		_, words, err := d.ToStrip(ctx, who, c.Ref)
		if err != nil {
			return c, err
		}
		return d.Strip(ctx, who, c.Ref, c.Rev(), words)
	}
	return c, nil
}

// demoTexts are the words of moves that the told life has none for.
var demoTexts = map[string]string{
	"invite_dialogue": "Mời ông/bà đến đối thoại tại phòng họp UBND xã.",
	"hold_dialogue":   "Hai bên trình bày ý kiến, tài liệu; biên bản đã đọc lại và ký.",
	"hear_accused":    "Người bị tố cáo đã giải trình bằng văn bản, kèm tài liệu.",
	"restore_accused": "Đã công bố kết luận tại cuộc họp cơ quan, khôi phục quyền và lợi ích của người bị tố cáo.",
}

// demoArgs gives the move what it asks for of what was told.
func demoArgs(o *office.Office, c *casework.Case, m law.Move, told map[string]string, now time.Time) map[string]string {
	args := map[string]string{}
	for _, ask := range m.Asks {
		v := told[ask.Name]
		switch {
		case ask.Name == "text" && demoTexts[m.Name] != "":
			v = demoTexts[m.Name]
		case ask.Name == "recipients":
			v = strings.Join(ask.OneOf[:3], ",")
		case ask.Name == "way":
			v = "post"
		case ask.Name == "dated" || ask.Name == "sent_on":
			v = now.In(casework.Vietnam).Format(time.DateOnly)
		case ask.Name == "on":
			v = now.In(casework.Vietnam).AddDate(0, 0, demoNotice).Format(time.DateOnly)
		case ask.Name == "hearing", strings.HasPrefix(m.Name, "record_") && len(ask.OneOf) > 0: // told lives sign at the desk, and withdraw the whole
			v = ask.OneOf[0]
		case ask.Name == "outcome" && c.Kind == law.Denunciation:
			v = cmp.Or(demoOutcomes[v], v)
		case ask.Name == "team" && c.Kind == law.Denunciation:
			v = demoTeam(o, c, now)
		case ask.Name == "reason" && v == "" && ask.Required:
			v = "Công dân tự nguyện rút đơn, không có dấu hiệu bị ép buộc."
		case ask.Name == "text" && v == "" && ask.Required:
			v = "Đã thực hiện đúng kết luận, niêm yết tại trụ sở UBND xã và nhà văn hóa thôn."
		}
		if v != "" {
			args[ask.Name] = v
		}
	}
	return args
}

// demoTeam picks two officers whom the case is not about.
func demoTeam(o *office.Office, c *casework.Case, now time.Time) string {
	var ids []string
	for _, s := range o.AllStaff() {
		if s.Has(office.Officer) && !o.Barred(s, c.File(), now) && o.Seat(s.Unit) == o.Seat(c.Unit) && len(ids) < 2 {
			ids = append(ids, s.ID)
		}
	}
	return strings.Join(ids, ",")
}

// demoAccused says whom a denunciation is about that rests with somebody outside because it named nobody clearly; those that
// nobody has touched yet go on resting.
func (a *App) demoAccused(ctx context.Context, d *casework.Desk, ref string) error {
	c, err := a.Store.ByRef(ctx, ref)
	if err != nil || !c.Kind.Secret() || !c.Unclear() {
		return err
	}
	args := map[string]string{"reason": "Đã làm việc với người gửi đơn và đối chiếu tài liệu kèm theo."}
	if len(c.Suspects) > 0 {
		args["people"] = strings.Join(c.Suspects, ",")
	} else {
		args["outside"] = "yes"
	}
	if err := a.demoMove(ctx, d, ref, "name_accused", args); err != nil {
		return err
	}
	return a.demoClear(ctx, d, ref)
}

// demoClear lets the first who may be the second person agree to what was asked of the case.
func (a *App) demoClear(ctx context.Context, d *casework.Desk, ref string) error {
	c, err := a.Store.ByRef(ctx, ref)
	if err != nil {
		return err
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	for i := range slices.Backward(c.History) {
		id := c.History[i].Data["access"]
		if id == "" {
			continue
		}
		for _, who := range o.AllStaff() {
			if _, err := demoEarlier(d, c, "").ApproveOpening(ctx, who, id, false); err == nil {
				return nil
			}
		}
		return fmt.Errorf("nobody may agree to what was asked of %s", ref)
	}
	return nil
}

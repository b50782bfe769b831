package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"tiepdan/assets/demo"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/pkg/phrase"
)

// The values of the installation that a demo leaves behind, so that it can be started on its folder again.
const (
	demoPassword = "demo_password"
	demoCode     = "demo_code"
)

// demoSeed fixes which citizens wrote what.
const demoSeed = 20260701

// ratingsPerCase is how many more people of the demo rate than write.
const ratingsPerCase = 10

// Demo fills an empty installation with the demo commune: its office, and with cases also what citizens wrote and how they
// rated. One that was filled already is left as it is.
func (a *App) Demo(ctx context.Context, cases bool) error {
	if !cases {
		return a.demo(ctx, nil)
	}
	return a.demo(ctx, func(plans []demo.CasePlan) []demo.CasePlan { return plans })
}

// demo fills an empty installation with the office and those of the planned cases that are chosen; without a choice with the office
// alone.
func (a *App) demo(ctx context.Context, choose func([]demo.CasePlan) []demo.CasePlan) error {
	if _, seeded, err := a.Store.Meta(ctx, demoPassword); err != nil || seeded {
		return err
	}
	content, err := demo.Load()
	if err != nil {
		return err
	}
	password := strings.ToLower(rand.Text()[:10])
	if err := a.demoOffice(ctx, content, phrase.Hash(password)); err != nil {
		return err
	}
	if choose == nil {
		return a.Store.PutMeta(ctx, demoPassword, password)
	}
	if err := errors.Join(a.demoQuorum(ctx), a.demoPublic(ctx)); err != nil {
		return err
	}
	now := a.Now()
	plans := choose(content.Cases(demoSeed, now))
	codes := make([]string, len(plans))
	var mu sync.Mutex
	var errs []error
	spread(len(plans), func(i int) {
		code, err := a.demoCase(ctx, plans[i])
		mu.Lock()
		defer mu.Unlock()
		codes[i] = code
		if err != nil {
			errs = append(errs, fmt.Errorf("%s (%s): %w", plans[i].Key, plans[i].Letter, err))
		}
	})
	if err := errors.Join(append(errs, a.demoRatings(ctx, content.Ratings(demoSeed, ratingsPerCase*len(plans), now)))...); err != nil {
		return err
	}
	for i, p := range plans {
		if p.State == "answered" && p.Kind == "feedback" {
			err = a.Store.PutMeta(ctx, demoCode, codes[i])
		}
	}
	return errors.Join(err, a.Store.PutMeta(ctx, demoPassword, password))
}

// spread runs f for every index on a few goroutines, so that group commit has something to group.
func spread(n int, f func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range 48 {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// demoOffice keeps units, staff, counters and rules.
func (a *App) demoOffice(ctx context.Context, c *demo.Content, hash string) error {
	var errs []error
	for _, u := range c.Units {
		errs = append(errs, a.Store.PutUnit(ctx, office.Unit{
			ID: u.ID, V: 1, Parent: u.Parent, Name: office.Name(u.Name), Short: u.Short, Level: office.Level(u.Level),
			Authority: u.Authority, Head: u.Head, Address: u.Address, Phone: u.Phone,
		}))
	}
	now := a.Now()
	for _, m := range c.Staff {
		s := office.Staff{ID: m.ID, V: 1, Username: m.Username, Name: m.Name, Title: office.Name(m.Title), Unit: m.Unit, Password: hash}
		for _, r := range m.Roles {
			s.Roles = append(s.Roles, office.Role(r))
		}
		if m.Away != nil {
			from, to := m.Away.Span(now)
			s.Away = []office.Absence{{From: from, To: to, Delegate: m.Away.Delegate}}
		}
		errs = append(errs, a.Store.PutStaff(ctx, s))
	}
	for _, k := range c.Counters {
		counter := office.Counter{ID: k.ID, V: 1, Unit: k.Unit, Name: office.Name(k.Name), Number: k.Number, Version: 1}
		for _, s := range k.Services {
			counter.Services = append(counter.Services, office.Service{
				Name: office.Name(s.Name), Time: office.Name(s.Time), Fee: office.Name(s.Fee), Law: s.Law,
			})
		}
		for _, l := range k.Links {
			counter.Links = append(counter.Links, office.Link{Name: office.Name(l.Name), URL: l.URL})
		}
		errs = append(errs, a.Store.PutCounter(ctx, counter))
	}
	for _, r := range c.Rules {
		errs = append(errs, a.Store.PutRule(ctx, office.Rule{
			ID: r.ID, V: 1, Kind: r.Kind, Category: r.Category, Counter: r.Counter, Place: r.Place, Keyword: r.Keyword, Unit: r.Unit, Note: r.Note,
		}))
	}
	return errors.Join(errs...)
}

// demoCase files a planned case at its time in the past and leads its life, through the same desk as everybody.
func (a *App) demoCase(ctx context.Context, p demo.CasePlan) (string, error) {
	at := p.FiledAt
	d := *a.Desk
	d.Now = func() time.Time { return at }
	filed, err := d.Submit(ctx, casework.Draft{
		Key: p.Key + rand.Text(), Kind: law.Kind(p.Kind), Counter: p.Counter, Category: p.Category, Subject: p.Subject, Body: p.Body,
		About: p.About, Location: casework.Location{Address: p.Address}, Anonymous: p.Anonymous, Language: p.Language, Channel: p.Channel,
		Contact: casework.Contact(p.Contact),
	})
	if err != nil {
		return "", err
	}
	code := filed.Code.String()
	at = at.Add(2 * time.Second)
	if err := d.Route(ctx, filed.Case.ID)[0]; err != nil {
		return code, err
	}
	for i, s := range p.Steps {
		at = s.At
		if i == 0 {
			if err := a.demoAccused(ctx, &d, filed.Case.Ref); err != nil {
				return code, err
			}
		}
		if err := a.demoStep(ctx, &d, p, following{filed.Case.Ref, code}, s); err != nil {
			return code, fmt.Errorf("%s: %w", s.Do, err)
		}
	}
	return code, nil
}

// following is how a case is found: by its reference, and by the citizen's code.
type following struct{ ref, code string }

func (a *App) demoStep(ctx context.Context, d *casework.Desk, p demo.CasePlan, f following, s demo.Step) error {
	switch s.Do {
	case "write":
		_, err := d.Write(ctx, f.code, s.Args["text"])
		return err
	case "withdraw":
		kind := law.Kind(p.Kind)
		if kind.Secret() { // comes with the signed paper alone
			break
		}
		_, err := d.Withdraw(ctx, f.code, casework.Wish{Reason: s.Args["reason"]})
		if err != nil || !kind.NeedsIdentity() {
			return err
		}
	case "rate":
		score := 0
		if _, err := fmt.Sscan(s.Args["score"], &score); err != nil {
			return err
		}
		_, err := d.Rate(ctx, f.code, score, s.Args["comment"])
		return err
	}
	for _, name := range demoMoves(s.Do, p.Kind) {
		if err := a.demoMove(ctx, d, f.ref, name, s.Args); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func receptionist(o *office.Office) office.Staff {
	for _, s := range o.AllStaff() {
		if s.Has(office.Reception) {
			return s
		}
	}
	return office.Staff{}
}

// demoRatings keeps the ratings of the last ninety days.
func (a *App) demoRatings(ctx context.Context, all []demo.Rating) error {
	rs := make([]*rating.Rating, 0, len(all))
	for _, r := range all {
		at := r.At
		b := *a.Book
		b.Now = func() time.Time { return at }
		made, err := b.Make(ctx, rating.Ballot{
			Visit: r.Key, Counter: r.Counter, Score: r.Score, Criteria: r.Criteria, Comment: r.Comment, Verified: r.Verified,
		})
		if err != nil {
			return err
		}
		rs = append(rs, made)
	}
	return errors.Join(a.Store.PutRatings(ctx, rs...), a.Store.PutTallies(ctx, rating.Tallied(rs...)...))
}

// Tour prints where the demo can be opened, one sign-in per role, and a tracking code.
func (a *App) Tour(ctx context.Context, w io.Writer, listening net.Addr) error {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	password, _, err := a.Store.Meta(ctx, demoPassword)
	if err != nil {
		return err
	}
	code, _, err := a.Store.Meta(ctx, demoCode)
	if err != nil {
		return err
	}
	urls := a.addresses(listening)
	var b strings.Builder
	fmt.Fprintf(&b, "\ntiếp dân – demo: xã Thăng Bình, thành phố Đà Nẵng\n\nCounters / Quầy\n")
	for _, k := range o.Counters() {
		fmt.Fprintf(&b, "  %s/q/%s   %s\n", urls[0], a.Stickers.Token(k), k.Name.VI)
	}
	fmt.Fprintf(&b, "\nTablet at counter 1 / Máy tính bảng tại quầy\n  %s\n", urls[0]+a.TabletAddress(o.Counters()[0]))
	fmt.Fprintf(&b, "\nFollow a case / Tra cứu\n  %s/t/%s\n  tracking code: %s\n", urls[0], code, code)
	fmt.Fprintf(&b, "\nStaff / Cán bộ: %s/staff\n", urls[0])
	for _, s := range a.onePerRole(ctx, o) {
		fmt.Fprintf(&b, "  %-10s username: %-12s password: %s   %s, %s\n", s.role, s.who.Username, password, s.who.Name, s.who.Title.VI)
	}
	if err := a.tourQuorum(ctx, &b, urls[0]); err != nil {
		return err
	}
	for _, u := range urls[1:] {
		fmt.Fprintf(&b, "\nFrom a phone in the same network: %s\n", u)
	}
	_, err = io.WriteString(w, b.String()+"\n")
	return err
}

type signInOf struct {
	role office.Role
	who  office.Staff
}

// onePerRole picks people to look around as: of each role the one who has most to do.
func (a *App) onePerRole(ctx context.Context, o *office.Office) []signInOf {
	var out []signInOf
	for _, role := range []office.Role{office.Reception, office.Officer, office.Head, office.Inspector, office.Admin} {
		best := -1
		var who office.Staff
		for _, s := range o.AllStaff() {
			if !s.Has(role) || role == office.Head && mustLook(o, s.Unit).Authority {
				continue
			}
			cs, _, err := a.Desk.List(ctx, s, casework.Wanted{Assignee: "me", Limit: 200})
			if n := len(cs); err == nil && n > best {
				best, who = n, s
			}
		}
		if best >= 0 {
			out = append(out, signInOf{role, who})
		}
	}
	return out
}

func mustLook(o *office.Office, unit string) office.Unit {
	u, _ := o.Unit(unit)
	return u
}

// addresses lists where the program can be opened, the one for this machine first.
func (a *App) addresses(listening net.Addr) []string {
	if a.Config.BaseURL != "" {
		return []string{strings.TrimRight(a.Config.BaseURL, "/")}
	}
	host, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		return []string{"http://" + listening.String()}
	}
	ip := net.ParseIP(host)
	if ip != nil && !ip.IsUnspecified() {
		return []string{"http://" + net.JoinHostPort(host, port)}
	}
	out := []string{"http://localhost:" + port}
	found, err := net.InterfaceAddrs()
	if err != nil {
		return out
	}
	for _, f := range found {
		if n, ok := f.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil && n.IP.IsPrivate() {
			out = append(out, "http://"+net.JoinHostPort(n.IP.String(), port))
		}
	}
	return out
}

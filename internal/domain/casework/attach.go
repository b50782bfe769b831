package casework

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/office"
)

// The limits of the files of one case. They hold at the write itself, however many requests come at once.
const (
	MaxFiles     = 5
	MaxFile      = 10 << 20 // bytes
	MaxFileTotal = 30 << 20 // bytes of all files together
)

// Attachable returns the case of the code if it still takes files.
func (d *Desk) Attachable(ctx context.Context, typed string) (*Case, error) {
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return nil, err
	}
	return c, c.takesFiles()
}

func (c *Case) takesFiles() error {
	if !c.TakesWords() {
		return conflict("error.case_closed")
	}
	return nil
}

// Attach (gửi tệp) adds a file whose bytes are kept already. The same file sent again is the one that is there; sent
// again as evidence, its original is kept from then on.
func (d *Desk) Attach(ctx context.Context, typed string, a Attachment) (Attachment, error) {
	return d.attach(ctx, func() (*Case, error) { return d.byCode(ctx, typed) }, a)
}

func (d *Desk) attach(ctx context.Context, read func() (*Case, error), a Attachment) (Attachment, error) {
	kept := a
	_, err := d.change(ctx, read, func(c *Case) error {
		if i := slices.IndexFunc(c.Attachments, func(b Attachment) bool { return b.ID == a.ID && b.By == "" }); i >= 0 {
			if kept = c.Attachments[i]; a.Original == "" || kept.Original != "" {
				return errKept
			}
			c.Attachments = slices.Clone(c.Attachments)
			c.Attachments[i].Original = a.Original
			kept = c.Attachments[i]
			c.record(history.Entry{At: d.now(), Actor: history.ByCitizen, What: "attached", Data: map[string]string{"state": string(c.State), "file": a.ID, "original": "kept"}})
			return nil
		}
		if err := c.fits(a); err != nil {
			return err
		}
		kept.At, kept.Salt = d.now(), history.NewSalt()
		c.Attachments = append(c.Attachments, kept)
		c.record(history.Entry{At: kept.At, Actor: history.ByCitizen, What: "attached", Data: map[string]string{
			"state": string(c.State), "file": a.ID, "type": a.Type, "size": strconv.FormatInt(a.Size, 10), "sha256": digestOf(kept.Salt, "", a.SHA256),
		}})
		return nil
	})
	if errors.Is(err, errKept) {
		return kept, nil
	}
	return kept, err
}

// errKept says that the file is there already.
var errKept = errors.New("kept already")

func (c *Case) fits(a Attachment) error {
	if err := c.takesFiles(); err != nil {
		return err
	}
	return c.room(a, MaxFiles)
}

// room bounds the files of one side: neither the citizen's nor the office's take the other's place.
func (c *Case) room(a Attachment, most int) error {
	total, n := a.Size, 0
	for _, b := range c.Attachments {
		if (b.By == "") == (a.By == "") {
			total, n = total+b.Size, n+1
		}
	}
	p := problems{}
	p.add(n >= most, "file", "error.files_many")
	p.add(total > MaxFileTotal, "file", "error.files_large")
	return p.err()
}

// MaxOwnFiles is how many files the office adds to one case.
const MaxOwnFiles = 20

// fileAdded is the event of a file that the office added. It is the office's own until it goes out with an answer.
const fileAdded = "file_added"

// AttachableBy returns the case if the person may add files to it.
func (d *Desk) AttachableBy(ctx context.Context, who office.Staff, ref string) (*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return nil, err
	}
	f := c.File()
	if !o.May(who, office.Work, f, d.now()) && !o.May(who, office.Triage, f, d.now()) {
		return nil, forbidden("error.move_forbidden")
	}
	if c.Erased() {
		return nil, conflict("error.case_closed")
	}
	return c, nil
}

// AttachBy adds a file of the office's whose bytes are kept already. The same file sent again is the one that is there.
func (d *Desk) AttachBy(ctx context.Context, who office.Staff, ref string, a Attachment) (Attachment, error) {
	read := func() (*Case, error) { return d.AttachableBy(ctx, who, ref) }
	kept := a
	_, err := d.change(ctx, read, func(c *Case) error {
		if i := slices.IndexFunc(c.Attachments, func(b Attachment) bool { return b.ID == a.ID }); i >= 0 {
			kept = c.Attachments[i]
			return errKept
		}
		kept.By = who.ID
		if err := c.room(kept, MaxOwnFiles); err != nil {
			return err
		}
		kept.At, kept.Salt = d.now(), history.NewSalt()
		c.Attachments = append(c.Attachments, kept)
		c.record(history.Entry{At: kept.At, Actor: history.ByStaff(who.ID), What: fileAdded, Data: map[string]string{
			"state": string(c.State), "file": a.ID, "type": a.Type, "size": strconv.FormatInt(a.Size, 10), "sha256": digestOf(kept.Salt, "", a.SHA256),
		}})
		return nil
	})
	if errors.Is(err, errKept) {
		return kept, nil
	}
	return kept, err
}

// Shown reports whether the file is the citizen's own or went out to him: what the office keeps beside the case is its own.
func (c *Case) Shown(a Attachment) bool {
	return a.By == "" || c.Answer != nil && slices.Contains(c.Answer.Files, a.ID)
}

// ShownFiles lists the files that the citizen sees.
func (c *Case) ShownFiles() []Attachment {
	var out []Attachment
	for _, a := range c.Attachments {
		if c.Shown(a) {
			out = append(out, a)
		}
	}
	return out
}

// OwnFiles lists the files that the office added.
func (c *Case) OwnFiles() []Attachment {
	var out []Attachment
	for _, a := range c.Attachments {
		if a.By != "" {
			out = append(out, a)
		}
	}
	return out
}

// FileByCode finds a file of the citizen's own case. What a denouncer sent may show who he is: it opens, as his own data does, to
// somebody who knows the second thing as well; see HoldWhole. That of others is not asked for.
func (d *Desk) FileByCode(ctx context.Context, typed, id, second string) (*Case, Attachment, error) {
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return nil, Attachment{}, err
	}
	a, err := c.file(id)
	if err != nil {
		return nil, Attachment{}, err
	}
	if !c.Shown(a) {
		return nil, Attachment{}, &Error{Code: NotFound, Key: "error.not_found"}
	}
	if c.Guarded() {
		if c, _, _, err = d.byTwoThings(ctx, typed, second, map[string]string{"file": id}); err != nil {
			return nil, Attachment{}, err
		}
	}
	return c, a, nil
}

func (c *Case) file(id string) (Attachment, error) {
	for _, a := range c.Attachments {
		if a.ID == id {
			return a, nil
		}
	}
	return Attachment{}, &Error{Code: NotFound, Key: "error.not_found"}
}

// FileFor finds a file for a member of staff: whoever may read the words of the case may open its files. The original of a
// photo that is evidence is for who works on the case alone, and each opening stands in the history before it is shown.
func (d *Desk) FileFor(ctx context.Context, who office.Staff, ref, id string, original bool) (*Case, Attachment, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, Attachment{}, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return nil, Attachment{}, err
	}
	a, err := c.file(id)
	if err != nil {
		return nil, Attachment{}, err
	}
	if !d.mayOpenFile(o, who, c, original) && (a.By == "" || !mayWrite(o, who, c, d.now())) {
		return nil, Attachment{}, forbidden("error.file_forbidden")
	}
	if !original {
		return c, a, nil
	}
	if a.Original == "" {
		return nil, Attachment{}, &Error{Code: NotFound, Key: "error.not_found"}
	}
	c, err = d.change(ctx, func() (*Case, error) { return d.seen(ctx, o, who, ref) }, func(c *Case) error {
		c.record(history.Entry{At: d.now(), Actor: history.ByStaff(who.ID), What: "original_opened", Data: map[string]string{"state": string(c.State), "file": id}})
		return nil
	})
	return c, a, err
}

func (d *Desk) mayOpenFile(o *office.Office, who office.Staff, c *Case, original bool) bool {
	f, now := c.File(), d.now()
	switch {
	case c.Kind.Secret():
		return o.May(who, office.SeeLetter, f, now)
	case original || c.Guarded(): // a file may show who sent it
		return o.May(who, office.Work, f, now)
	default:
		return o.May(who, office.SeeContact, f, now)
	}
}

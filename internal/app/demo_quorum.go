package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/seal"
)

// demoPassphrases is the value that keeps the passphrases of a demo's quorum, so that they can be printed: in a demo only.
const demoPassphrases = "demo_quorum"

// demoHolders are the persons of the demo's quorum: the superior authority, the head of the office and inspection; two open.
func demoHolders() []string { return []string{"chu-tich-tp", "chanh-van-phong", "thanh-tra"} }

const demoNeed = 2

// demoQuorum makes a quorum before the first citizen writes.
func (a *App) demoQuorum(ctx context.Context) error {
	if a.Quorum.On() {
		return nil
	}
	chosen := map[string]string{}
	for _, h := range demoHolders() {
		chosen[h] = seal.NewPassphrase()
		if err := a.Quorum.Enrol(h, chosen[h]); err != nil {
			return err
		}
	}
	if err := a.Desk.Quorum.Make(ctx, casework.Renewal{Need: demoNeed, Staff: demoHolders(), Now: a.Now()}); err != nil {
		return err
	}
	raw, err := json.Marshal(chosen)
	if err != nil {
		return fmt.Errorf("encode passphrases: %w", err)
	}
	return a.Store.PutMeta(ctx, demoPassphrases, string(raw))
}

// tourQuorum prints who opens identities together, and with which passphrases.
func (a *App) tourQuorum(ctx context.Context, w io.Writer, url string) error {
	raw, ok, err := a.Store.Meta(ctx, demoPassphrases)
	if err != nil || !ok {
		return err
	}
	chosen := map[string]string{}
	if err := json.Unmarshal([]byte(raw), &chosen); err != nil {
		return fmt.Errorf("decode passphrases: %w", err)
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\nWho opens a denouncer's identity, %d of %d / Nhóm giữ khóa danh tính: %s/staff/quorum\n", demoNeed, len(chosen), url); err != nil {
		return err
	}
	for _, h := range demoHolders() {
		s, _ := o.Staff(h)
		if _, err := fmt.Fprintf(w, "  username: %-12s passphrase of his part: %s   %s\n", s.Username, chosen[h], s.Name); err != nil {
			return err
		}
	}
	return nil
}

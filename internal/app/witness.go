package app

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/audit"
	"tiepdan/internal/seal"
	"tiepdan/internal/witness"
	"tiepdan/pkg/pace"
)

// witness reads which witness co-signs the roots; nil has none.
func (r *reader) witness(name string) *witness.Client {
	v := os.Getenv(name)
	if v == "" {
		return nil
	}
	c, err := witness.ParseClient(v)
	if err != nil {
		r.check(false, name, err.Error())
	}
	return c
}

// witnessEvery is how often a root that no witness signed yet is brought to it again.
const witnessEvery = 5 * time.Minute

// bringRoots brings new roots to the witness until ctx ends.
func (a *App) bringRoots(ctx context.Context) {
	if a.Config.Witness == nil {
		return
	}
	warn := a.warnHourly(ctx, "the witness did not sign the last root")
	for range pace.FromNow(ctx, witnessEvery) {
		if a.checkCopied(ctx) != nil {
			continue // its days are not those that the office will have had
		}
		if err := a.Cosign(ctx); err != nil && ctx.Err() == nil {
			warn(err)
		}
	}
}

// errRewritten says that the witness signed a root that the store does not have.
var errRewritten = errors.New("the witness signed a root that is not in the store: the register is another, or was rewritten; look with: tiepdan verify")

// Cosign has the witness sign the last root, with all since the one it signed last as the proof that nothing was rewritten, and keeps its
// signature with that root. Without a witness, or without a new root, it does nothing.
func (a *App) Cosign(ctx context.Context) error {
	roots, err := a.Store.Roots(ctx)
	if err != nil || len(roots) == 0 || a.Config.Witness == nil {
		return err
	}
	last := roots[len(roots)-1]
	if _, signed := a.cosigned(last); signed {
		return nil
	}
	since := 0
	for i, r := range roots {
		if _, signed := a.cosigned(r); signed {
			since = i
		}
	}
	s, err := a.Config.Witness.Sign(ctx, rootsOf(roots[since:]))
	if fork, ok := errors.AsType[*witness.ForkError](err); ok { // its answer may not have come, or it is older than our note
		at := slices.IndexFunc(roots, func(r *audit.Root) bool { return hex.EncodeToString(r.Sum()) == fork.Last.Sum })
		if at < 0 {
			return errRewritten
		}
		s, err = a.Config.Witness.Sign(ctx, rootsOf(roots[at:]))
	}
	if err != nil {
		return err
	}
	if s.Day != last.Day || s.Sum != hex.EncodeToString(last.Sum()) {
		return errors.New("the witness signed another root than the one that was brought")
	}
	last.Cosigned = append(last.Cosigned, audit.Cosigned{Key: a.Config.Witness.Key, Sign: s.Sign})
	return a.Store.PutRoot(ctx, last)
}

func rootsOf(roots []*audit.Root) (out []witness.Root) {
	for _, r := range roots {
		out = append(out, witness.Root{Text: r.Text(), Sign: r.Sign})
	}
	return out
}

// cosigned is what the witness said of a root, as the store has it.
func (a *App) cosigned(r *audit.Root) (s witness.Signed, ok bool) {
	for _, c := range r.Cosigned {
		if a.Config.Witness.Key.Equal(ed25519.PublicKey(c.Key)) {
			return witness.Signed{Head: witness.Head{Day: r.Day, Sum: hex.EncodeToString(r.Sum())}, Sign: c.Sign}, true
		}
	}
	return s, false
}

// checkWitness compares the roots with what the witness signed: those that bear its signature, and the last of which it knows. One that
// does not answer finds nothing, and is told; one that knows nothing of what it signed is found.
func (a *App) checkWitness(ctx context.Context, tell io.Writer, found func(audit.Finding)) error {
	if a.Config.Witness == nil {
		return nil
	}
	roots, err := a.Store.Roots(ctx)
	if err != nil {
		return err
	}
	var known string // the last day that it signed, as the store has it
	for _, r := range roots {
		s, ok := a.cosigned(r)
		if ok && !s.Holds(a.Config.Witness.Key) {
			found(audit.Finding{Root: r.Day, Field: "witness's signature"})
		}
		if ok {
			known = r.Day
		}
	}
	last, err := a.lastWitnessed(ctx)
	if err != nil {
		_, err = fmt.Fprintf(tell, "the witness at %s was not asked: %v\n", a.Config.Witness.URL, err)
		return err
	}
	day := cmp.Or(last.Day, known)
	if day != "" && !slices.ContainsFunc(roots, func(r *audit.Root) bool { return hex.EncodeToString(r.Sum()) == last.Sum }) {
		found(audit.Finding{Root: day, Field: "what the witness signed"})
	}
	return nil
}

// lastWitnessed asks under each key that this office ever signed with.
func (a *App) lastWitnessed(ctx context.Context) (s witness.Signed, err error) {
	for _, key := range a.Keys.RootKeys() {
		if s, err = a.Config.Witness.Last(ctx, key); err == nil || !errors.Is(err, witness.ErrUnknown) {
			return s, err
		}
	}
	return s, err
}

// Witnessing is what a witness is run with.
type Witnessing struct {
	Addr, Data string
	Offices    []string  // name=public key, or several keys with commas between
	Out        io.Writer // is told its address and key
}

// Run co-signs roots of other offices until ctx ends.
func (w Witnessing) Run(ctx context.Context) (err error) {
	offices, err := w.offices()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.Data, 0o700); err != nil {
		return err
	}
	held, err := os.OpenFile(filepath.Join(w.Data, "witness.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	if !alone(held) {
		return fmt.Errorf("another witness works on %s: two could sign two pasts", w.Data)
	}
	own, err := witness.Open(w.Data, offices)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.Addr)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w.Out, "http://%s#%s\n", l.Addr(), witness.WriteKey(own.Key())); err != nil {
		return err
	}
	s := &http.Server{Handler: own.Handler(), ReadTimeout: time.Minute, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		_ = s.Shutdown(within) // what is cut off asks again
		close(ended)
	})
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	<-ended
	return nil
}

func (w Witnessing) offices() (map[string][]ed25519.PublicKey, error) {
	out := map[string][]ed25519.PublicKey{}
	for _, o := range w.Offices {
		name, keys, _ := strings.Cut(o, "=")
		for text := range strings.SplitSeq(keys, ",") {
			key, err := witness.ReadKey(text)
			if err != nil {
				return nil, fmt.Errorf("office %s: %w", name, err)
			}
			out[name] = append(out[name], key)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no office is named: give --office NAME=KEY, where KEY is what `tiepdan keys public` prints there")
	}
	return out, nil
}

// PublicKeys are the keys that the roots of a data folder are signed with, the newest first, as a witness wants them.
func PublicKeys(data string) (out []string, err error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return nil, err
	}
	keys, err := seal.Open(cfg.Keys, cfg.KeysPass, false)
	if err != nil {
		return nil, err
	}
	for _, k := range keys.RootKeys() {
		out = append(out, witness.WriteKey(k))
	}
	return out, nil
}

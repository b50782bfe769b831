package witness

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// The addresses of a witness, below its own.
const (
	signPath = "/v1/roots"
	lastPath = "/v1/last/" // and the office's public key, with ?question=
)

// asks is what a question may be.
var asks = regexp.MustCompile(`^[A-Za-z0-9]{16,64}$`)

// The bounds of a request and of an answer; a root has some 300 bytes, so years of them fit.
const (
	maxBody   = 4 << 20
	askWithin = 20 * time.Second
)

// Handler answers offices.
func (w *Witness) Handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("POST "+signPath, func(rw http.ResponseWriter, r *http.Request) {
		var roots []Root
		if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxBody)).Decode(&roots); err != nil {
			answer(rw, http.StatusBadRequest, nil)
			return
		}
		s, err := w.Sign(roots)
		fork, forked := errors.AsType[*ForkError](err)
		switch {
		case err == nil:
			answer(rw, http.StatusOK, s)
		case forked:
			answer(rw, http.StatusConflict, fork.Last)
		case errors.Is(err, ErrUnknown):
			answer(rw, http.StatusForbidden, nil)
		case errors.Is(err, ErrRoots):
			answer(rw, http.StatusUnprocessableEntity, nil)
		default:
			answer(rw, http.StatusInsufficientStorage, nil)
		}
	})
	m.HandleFunc("GET "+lastPath+"{key}", func(rw http.ResponseWriter, r *http.Request) {
		key, err := ReadKey(r.PathValue("key"))
		question := r.URL.Query().Get("question")
		if err != nil || !asks.MatchString(question) {
			answer(rw, http.StatusBadRequest, nil)
			return
		}
		s, err := w.Last(key, question)
		if err != nil {
			answer(rw, http.StatusForbidden, nil)
			return
		}
		answer(rw, http.StatusOK, s)
	})
	m.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { answer(rw, http.StatusOK, "ok") })
	return m
}

func answer(rw http.ResponseWriter, status int, what any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(what) // whoever hung up does not want to know
}

// Client asks one witness. Only what that witness signed is believed.
type Client struct {
	URL  string
	Key  ed25519.PublicKey
	HTTP *http.Client
}

// ParseClient reads an address with the witness's public key behind it: https://witness.example.vn#KEY.
func ParseClient(address string) (*Client, error) {
	url, text, _ := strings.Cut(address, "#")
	key, err := ReadKey(text)
	if err != nil || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return nil, errors.New("must be the witness's address and its public key, such as https://witness.example.vn#KEY")
	}
	return &Client{URL: strings.TrimRight(url, "/"), Key: key, HTTP: &http.Client{Timeout: askWithin}}, nil
}

// Sign asks for a signature under the last of the roots. A *ForkError tells which root the witness signed last.
func (c *Client) Sign(ctx context.Context, roots []Root) (Signed, error) {
	raw, err := json.Marshal(roots)
	if err != nil {
		return Signed{}, fmt.Errorf("ask witness: %w", err)
	}
	var s Signed
	status, err := c.ask(ctx, http.MethodPost, signPath, raw, &s)
	switch {
	case err != nil:
		return Signed{}, err
	case !s.Holds(c.Key):
		return Signed{}, errAnother
	case status == http.StatusConflict:
		return Signed{}, &ForkError{s}
	}
	return s, nil
}

// Last asks what the witness signed last of an office; its Day is empty while that is nothing. An answer that was given to another
// question, or by somebody else, is none.
func (c *Client) Last(ctx context.Context, office ed25519.PublicKey) (Signed, error) {
	question := rand.Text()
	var l Last
	if _, err := c.ask(ctx, http.MethodGet, lastPath+WriteKey(office)+"?question="+question, nil, &l); err != nil {
		return Signed{}, err
	}
	if !l.Holds(c.Key, office, question) {
		return Signed{}, errAnother
	}
	return l.Signed, nil
}

var errAnother = errors.New("what answers at the witness's address is not that witness: its signature is another's, or an old one")

// ask reads the answer into out, and returns its status: OK, or Conflict.
func (c *Client) ask(ctx context.Context, method, path string, body []byte, out any) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("ask witness: %w", err)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return 0, fmt.Errorf("ask witness: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusForbidden {
		return 0, ErrUnknown
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusConflict {
		return 0, fmt.Errorf("ask witness: %s", resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(out); err != nil {
		return 0, fmt.Errorf("ask witness: %w", err)
	}
	return resp.StatusCode, nil
}

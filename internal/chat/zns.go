package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tiepdan/pkg/outward"
	"tiepdan/pkg/vntext"
)

// ZNS sends notices by template (Zalo Notification Service) to a number, whether or not its owner ever wrote. It goes by the tokens of
// the Official Account that the templates belong to.
type ZNS struct {
	Zalo      *Zalo
	Templates map[string]string // by the name that a notice asks for; what each wants is read from Zalo
	API       string            // https://business.openapi.zalo.me
	Client    *outward.Client
	Now       func() time.Time

	mu    sync.Mutex
	known map[string]template
	spent time.Time // until when the day's quota is used up
}

// ZNSAPI is the address of the service.
const ZNSAPI = "https://business.openapi.zalo.me"

// Noted is one notice.
type Noted struct {
	ID       string // the same for the same notice
	To       string // a number in E.164
	Template string // a name of ZNS.Templates
	Values   map[string]string
}

// template is what Zalo tells of one, and when it was asked.
type template struct {
	params []znsParam
	read   time.Time
}

// znsParam is one place of a template that is filled in. Lengths are in letters.
type znsParam struct {
	Name    string `json:"name"`
	Require bool   `json:"require"`
	Type    string `json:"type"`
	Longest int    `json:"maxLength"`
	Least   int    `json:"minLength"`
}

// The errors of notices by template that whoever runs the program can mend, or that mend themselves the next day.
var (
	ErrTemplate = errors.New("the template of Zalo does not fit what is to be said")
	ErrQuota    = errors.New("the day's quota of Zalo notices is used up")
)

const (
	templateLasts = 6 * time.Hour // then what Zalo tells of a template is read again
	trackingMost  = 48            // letters of tracking_id
	enabled       = "ENABLE"
	numberType    = "NUMBER"
)

// day is where Zalo's day begins.
var day = time.FixedZone("ICT", 7*60*60)

// The answers of Zalo to a notice that are told apart; every other is a fault of the setting, the template or the account.
var (
	znsToken   = []int{-124, -216, -220}
	znsGone    = []int{-108, -118}                               // no number, or none with Zalo
	znsBlocked = []int{-110, -114, -119, -134, -139, -140, -141} // takes none, none of this kind, none from this account
	znsQuota   = []int{-144, -147}                               // the account's of the day, the template's of the day
	znsUnlike  = []int{-109, -111, -112, -1121, -1122, -1124, -116, -131, -132, -146}
)

// Rests reports whether the day's quota is used up, so that nothing need be tried before the next day.
func (z *ZNS) Rests() bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.Now().Before(z.spent)
}

// rest marks the quota of the day as used up.
func (z *ZNS) rest() {
	now := z.Now().In(day)
	z.mu.Lock()
	defer z.mu.Unlock()
	z.spent = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, day)
}

// Send sends a notice. What does not fit the template is ErrTemplate before anything is sent.
func (z *ZNS) Send(ctx context.Context, n Noted) error {
	if z.Rests() {
		return ErrQuota
	}
	id := z.Templates[n.Template]
	t, err := z.template(ctx, id)
	if err != nil {
		return err
	}
	values, err := t.fill(n.Values)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"phone": strings.TrimPrefix(n.To, "+"), "template_id": id, "template_data": values, "tracking_id": tracking(n.ID),
	})
	if err != nil {
		return fmt.Errorf("encode notice: %w", err)
	}
	var a struct {
		zaloAnswer
		Data struct {
			Quota struct {
				Remains text `json:"remainingQuota"`
			} `json:"quota"`
		} `json:"data"`
	}
	if err := z.ask(ctx, http.MethodPost, "/message/template", body, &a); err != nil {
		return err
	}
	if a.Error == 0 && a.Data.Quota.Remains == "0" {
		z.rest() // the next one would be refused
	}
	return z.judge(a.Error, id)
}

// judge says what an answer to a notice means.
func (z *ZNS) judge(code int, id string) error {
	switch {
	case code == 0:
		return nil
	case slices.Contains(znsGone, code):
		return &RefusedError{Gone}
	case slices.Contains(znsBlocked, code):
		return &RefusedError{Blocked}
	case slices.Contains(znsQuota, code):
		z.rest()
		return ErrQuota
	case slices.Contains(znsUnlike, code):
		z.forget(id) // it may have been changed
		return fmt.Errorf("%w: Zalo answers error %d", ErrTemplate, code)
	}
	return errors.New("Zalo answers error " + strconv.Itoa(code) + " to a notice")
}

// tracking is the id of a notice as Zalo takes one: the same for the same, without a word of the case.
func tracking(id string) string {
	sum := sha256.Sum256([]byte("zns/" + id))
	return hex.EncodeToString(sum[:])[:trackingMost]
}

// fault is the code that Zalo answers, with status 200 also where it refuses.
func (a *zaloAnswer) fault() int { return a.Error }

// ask asks the service with a good token, and once more with a new one where Zalo takes the first no longer.
func (z *ZNS) ask(ctx context.Context, method, path string, body []byte, out interface{ fault() int }) error {
	for try := range 2 {
		access, err := z.Zalo.access(ctx, try > 0)
		if err != nil {
			return err
		}
		r := outward.Request{Method: method, URL: z.API + path, Body: body, Header: http.Header{"Access_token": {access}}}
		if body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
		if _, err := call(ctx, z.Client, r, out); err != nil {
			return err
		}
		if !slices.Contains(znsToken, out.fault()) {
			return nil
		}
	}
	return errors.New("Zalo takes no token that was just renewed")
}

// template is what Zalo tells of a template, read again after some hours.
func (z *ZNS) template(ctx context.Context, id string) (template, error) {
	z.mu.Lock()
	t, ok := z.known[id]
	z.mu.Unlock()
	if ok && z.Now().Sub(t.read) < templateLasts {
		return t, nil
	}
	var a struct {
		zaloAnswer
		Data struct {
			Status string     `json:"status"`
			Params []znsParam `json:"listParams"`
		} `json:"data"`
	}
	err := z.ask(ctx, http.MethodGet, "/template/info/v2?template_id="+url.QueryEscape(id), nil, &a)
	if _, unsure := errors.AsType[*UnsureError](err); unsure {
		err = errors.New("Zalo does not tell of the template") // only a question: nothing was sent
	}
	switch {
	case err != nil:
		return template{}, err
	case a.Error != 0:
		return template{}, fmt.Errorf("%w: Zalo answers error %d about it", ErrTemplate, a.Error)
	case a.Data.Status != enabled:
		return template{}, fmt.Errorf("%w: its status is %.20q", ErrTemplate, a.Data.Status)
	}
	t = template{params: a.Data.Params, read: z.Now()}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.known == nil {
		z.known = map[string]template{}
	}
	z.known[id] = t
	return t, nil
}

func (z *ZNS) forget(id string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.known, id)
}

// fill takes from the values what the template wants, and says what does not fit.
func (t template) fill(values map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range t.params {
		v, ok := values[p.Name]
		v = vntext.Line(v)
		n := len([]rune(v))
		_, err := strconv.Atoi(v)
		switch {
		case !ok && p.Require:
			return nil, fmt.Errorf("%w: it wants %.30q", ErrTemplate, p.Name)
		case !ok:
			continue
		case n > p.Longest || n < p.Least || n == 0 && p.Require:
			return nil, fmt.Errorf("%w: %s has %d letters, it takes %d to %d", ErrTemplate, p.Name, n, p.Least, p.Longest)
		case p.Type == numberType && err != nil:
			return nil, fmt.Errorf("%w: %s is no number", ErrTemplate, p.Name)
		}
		out[p.Name] = v
	}
	return out, nil
}

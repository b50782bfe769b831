package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
	"tiepdan/pkg/i18n"
	"tiepdan/pkg/phrase"
)

// memory keeps sign-ins and ratings.
type memory struct {
	mu       sync.Mutex
	sessions map[string]signin.Session
	ratings  int
	raised   int
}

func (m *memory) PutSession(_ context.Context, s signin.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.ID] = s
	return nil
}

func (m *memory) FindSession(_ context.Context, id string) (signin.Session, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[id]
	return s, ok, nil
}

func (m *memory) TouchSession(context.Context, string, time.Time) error { return nil }

func (m *memory) UseToken(context.Context, string, time.Time, string, string) error { return nil }

func (m *memory) ProveSession(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.sessions[id]; ok {
		s.ProvedAt = at
		m.sessions[id] = s
	}
	return nil
}

func (m *memory) SessionsOf(_ context.Context, staff string) ([]signin.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []signin.Session
	for _, s := range m.sessions {
		if s.Staff == staff {
			out = append(out, s)
		}
	}
	return out, nil
}

func (m *memory) RaiseEpoch(context.Context, string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.raised++
	return nil
}

func (m *memory) DropSession(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, id)
	return nil
}

func (m *memory) Put(context.Context, *rating.Rating) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ratings++
	return nil
}

// bell keeps no notices.
type bell struct{ casework.Notices }

func (bell) ListNotices(context.Context, string, bool, string, int) ([]*casework.Notice, string, error) {
	return nil, "", nil
}

func (bell) MarkRead(context.Context, string, time.Time, time.Time) (int, error) { return 0, nil }

// stand is the server over a desk in memory, with a case, a member of staff who is signed in, and the cookies of his browser.
type stand struct {
	*Server
	desk    *caseworktest.Desk
	kept    *memory
	code    string // of the case
	handle  string // what its addresses say instead
	ref     string
	sticker string
	tablet  string
	cookies []*http.Cookie
}

const password = "mật khẩu thử"

var passwordHash = sync.OnceValue(func() string { return phrase.Hash(password) })

// standVisitor is the number of the stand's browser.
const standVisitor = "vvvvvvvvvvvvvvvvvvvvvvvvvv"

// carries is the code of the case as a cookie carries it.
func (st *stand) carries(t *testing.T, use, visitor string) string {
	t.Helper()
	raw, err := json.Marshal(carried{Code: st.code, Until: st.desk.Clock.AddDate(1, 0, 0), Left: receiptShown})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := st.desk.Vault.SealPersonal(raw, "cookie/"+use+"/"+visitor)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// newStand opens a stand; a change is made to the configuration before the server is built.
func newStand(t *testing.T, change ...func(*Config)) *stand {
	t.Helper()
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	content := caseworktest.Commune()
	for i := range content.Staff {
		content.Staff[i].Password = passwordHash()
	}
	st := &stand{desk: caseworktest.New(), kept: &memory{sessions: map[string]signin.Session{}}}
	fixed := caseworktest.Fixed{O: office.New(content)}
	st.desk.Offices, st.desk.Notices = fixed, bell{}
	now := func() time.Time { return st.desk.Clock }
	stickers := office.Stickers{MAC: caseworktest.Vault{}.MAC}
	cfg := Config{
		Desk: st.desk.Desk, Register: &register.Register{Offices: fixed, Now: now}, Stickers: stickers, Offices: fixed, Words: words, Langs: words.Choose, Assets: assets.Files,
		Book:  &rating.Book{Ratings: st.kept, Offices: fixed, MAC: caseworktest.Vault{}.MAC, Recorded: func(*rating.Rating) {}, Now: now},
		Doors: &signin.Doors{Sessions: st.kept, Offices: fixed, MAC: caseworktest.Vault{}.MAC, Now: now, Lasts: time.Hour},
		MAC:   caseworktest.Vault{}.MAC, Ready: func(context.Context) []Check { return nil }, Log: slog.New(slog.DiscardHandler), Now: now, Timeout: time.Minute,
	}
	for _, f := range change {
		f(&cfg)
	}
	if st.Server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	filed, err := st.desk.Submit(t.Context(), casework.Draft{
		Key: strings.Repeat("k", 20), Kind: law.Feedback, Category: "roads", Subject: "Đèn đường hỏng", Body: "Đèn hỏng.", Counter: "c1", Channel: "qr",
	})
	if err != nil {
		t.Fatal(err)
	}
	k, _ := fixed.O.Counter("c1")
	st.code, st.ref, st.sticker, st.tablet = filed.Code.String(), filed.Case.Ref, stickers.Token(k), Kiosks(cfg.MAC).Token(k)
	token, _, err := cfg.Doors.SignIn(t.Context(), signin.In{Username: "roadhead", Password: password, From: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	st.cookies = []*http.Cookie{
		{Name: staffCookie, Value: token}, {Name: visitorCookie, Value: standVisitor}, {Name: receiptCookie, Value: st.carries(t, receiptCookie, standVisitor)},
	}
	st.handle = st.mark("case", standVisitor, filed.Code.Plain())
	st.cookies = append(st.cookies, &http.Cookie{Name: caseCookie + st.handle, Value: st.carries(t, st.handle, standVisitor)})
	return st
}

// real puts values of this stand into a route's path.
func (st *stand) real(route string) string {
	sticker := st.sticker
	if strings.HasPrefix(route, "/k/") {
		sticker = st.tablet
	}
	return strings.NewReplacer(":token", sticker, ":code", st.code, ":handle", st.handle, ":ref", st.ref, ":move", "start", ":id", "x", ":name", "x").Replace(route)
}

// csrfOf reads the token of a page's form.
func (st *stand) csrfOf(t *testing.T, path string) string {
	t.Helper()
	_, rest, found := strings.Cut(st.ask(t, http.MethodGet, path, nil).body, `name="csrf" value="`)
	token, _, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		t.Fatalf("%s has no form", path)
	}
	return token
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with the browser's cookies; header is pairs.
func (st *stand) ask(t *testing.T, method, path string, form url.Values, header ...string) reply {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, k := range st.cookies {
		req.AddCookie(k)
	}
	return st.send(t, req, header...)
}

// send sends a request as it stands, with headers in pairs.
func (st *stand) send(t *testing.T, req *http.Request, header ...string) reply {
	t.Helper()
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := st.App().Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(raw)}
}

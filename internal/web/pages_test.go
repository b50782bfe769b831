package web

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/testkit"
	"tiepdan/pkg/i18n"
)

// pageTypes names the type of every page.
var pageTypes = map[string]any{
	"citizen/home": homePage{}, "citizen/which": homePage{}, "citizen/counter": counterPage{}, "citizen/choose": choosePage{}, "citizen/file": filePage{},
	"citizen/rate": ratePage{}, "citizen/kiosk": kioskPage{}, "citizen/receipt": receiptPage{}, "citizen/verify": verifyPage{},
	"citizen/waiting": waitingPage{}, "citizen/track": trackPage{}, "citizen/tracked": trackPage{}, "citizen/withdraw": trackPage{}, "citizen/erase": trackPage{}, "citizen/appeal": trackPage{}, "citizen/results": resultsPage{},
	"staff/board": boardPage{}, "staff/list": listPage{}, "staff/case": casePage{}, "staff/signin": signInPage{}, "staff/notices": noticesPage{}, "staff/lookers": lookersPage{}, "staff/inbox": inboxPage{}, "staff/inbox_part": inboxPage{}, "staff/strip": stripPage{}, "staff/new": newPage{},
	"staff/mine":     minePage{},
	"staff/ratings":  ratingsPage{},
	"staff/accesses": accessesPage{}, "staff/split": splitPage{}, "staff/me": mePage{}, "staff/held": heldPage{},
	"staff/calendar": calendarPage{}, "staff/health": healthPage{}, "staff/tablets": tabletsPage{}, "staff/receivers": receiversPage{}, "staff/receiver": receiverPage{}, "staff/calendar_preview": previewPage{}, "staff/confirm": confirmPage{}, "staff/quorum": quorumPage{},
	"staff/otp": factorPage{}, "staff/chosen": chosenPage{}, "staff/passkeys": passkeysPage{}, "staff/single": singlePage{}, "staff/codes": codesPage{}, "staff/tokens": tokensPage{}, "staff/reminders": remindersPage{},
	"citizen/leave": leavePage{}, "citizen/data": dataPage{}, "citizen/own_file": ownFilePage{}, "citizen/procedures": proceduresPage{},
	"staff/admin": adminPage{}, "staff/office_list": itemsPage{}, "staff/office_item": itemPage{}, "staff/office_import": importPage{},
	"staff/draft": draftPage{}, "staff/approve": draftPage{}, "staff/preview": draftPage{}, "staff/approvals": approvalsPage{},
	"staff/setup": setupPage{}, "staff/setup_done": setupDonePage{}, "staff/vouching": vouchingPage{}, "staff/password": passwordPage{},
	"shared/error": errorPage{},
}

func TestPagesFitTheirTypes(t *testing.T) {
	s := &Server{Config: Config{Assets: assets.Files}}
	if err := s.loadPages(); err != nil {
		t.Fatal(err)
	}
	for name, page := range s.pages {
		typ, ok := pageTypes[name]
		if !ok {
			t.Errorf("page %s is missing from this test's table", name)
			continue
		}
		if err := templatecheck.CheckHTML(page, typ); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name := range pageTypes {
		if s.pages[name] == nil {
			t.Errorf("there is no page %s", name)
		}
	}
}

// templates returns the text of every template by its path.
func templates(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(assets.Files, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		raw, err := fs.ReadFile(assets.Files, name)
		out[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// spoken are the attributes that people see or hear.
var spoken = []string{"alt", "title", "aria-label", "placeholder", "label", "content"}

func TestTemplatesSpeakOnlyThroughTheCatalogs(t *testing.T) {
	for name, text := range templates(t) {
		text = strings.NewReplacer("noscript>", "div>").Replace(action.ReplaceAllString(text, "")) // its content is text to a tokenizer
		z := html.NewTokenizer(strings.NewReader(text))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if tok.Type == html.TextToken && hasLetters(tok.Data) {
				t.Errorf("%s says %q, which is in no catalog", name, strings.TrimSpace(tok.Data))
			}
			for _, a := range tok.Attr {
				if tok.Data != "meta" && slices.Contains(spoken, a.Key) && hasLetters(a.Val) {
					t.Errorf("%s says %s=%q, which is in no catalog", name, a.Key, a.Val)
				}
			}
		}
	}
}

func hasLetters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

var (
	said    = regexp.MustCompile(`\bT "([a-z0-9_.]+)"`)
	built   = regexp.MustCompile(`\bT \(print "([a-z0-9_.]+\.)"`)
	literal = regexp.MustCompile(`"((?:error|page|form|action|status|kind|face|criterion|unhappy|chip|site)\.[a-z0-9_.]*[a-z0-9_])"`)
)

func TestEveryKeyUsedIsInEveryCatalog(t *testing.T) {
	words, err := i18n.LoadAll(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range words.Problems() {
		if l, rest, _ := strings.Cut(p, " "); l == "vi" || l == "en" || !strings.HasPrefix(rest, "lacks ") { // another tongue may say a part
			t.Error(p)
		}
	}
	want := map[string]string{}
	for name, text := range templates(t) {
		for _, m := range said.FindAllStringSubmatch(text, -1) {
			want[m[1]] = name
		}
		for _, m := range built.FindAllStringSubmatch(text, -1) {
			if !slices.ContainsFunc(words.Keys("vi"), func(k string) bool { return strings.HasPrefix(k, m[1]) }) {
				t.Errorf("%s uses keys that begin with %s; there are none", name, m[1])
			}
		}
	}
	maps.Copy(want, keysInCode(t))
	maps.Copy(want, enumerated())
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !words.Has(key) {
			t.Errorf("%s uses %s, which is in no catalog", want[key], key)
		}
	}
}

// keysInCode finds keys written out in Go.
func keysInCode(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range []string{".", "api", "../casework", "../rating", "../office", "../signin", "../attach"} {
		files, err := fs.Glob(rootFS(t), path.Join("internal/web", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			raw, err := fs.ReadFile(rootFS(t), name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range literal.FindAllStringSubmatch(string(raw), -1) {
				out[m[1]] = name
			}
		}
	}
	return out
}

// enumerated are the keys that pages put together from values of the heart.
func enumerated() map[string]string {
	out := map[string]string{}
	add := func(where string, keys ...string) {
		for _, k := range keys {
			out[k] = where
		}
	}
	for _, k := range law.Kinds() {
		kind := string(k)
		for _, suffix := range []string{"", ".hint", ".example"} {
			add("kinds", "kind."+kind+suffix)
		}
		add("forms", "page.file."+kind, "form.subject."+kind, "form.subject."+kind+".hint", "form.body."+kind, "form.body."+kind+".hint",
			"form.when."+kind+".line", "choose.unsure."+kind, "page.receipt.title."+kind, "withdraw.means."+kind)
		a := asksOf[k]
		if a.Note {
			add("forms", "file.note."+kind)
		}
		if a.About {
			add("forms", "form.about."+kind, "form.about."+kind+".hint")
		}
		if a.When {
			add("forms", "form.when."+kind, "form.when."+kind+".hint")
		}
		if k.NeedsIdentity() {
			add("forms", "withdraw.paper."+kind, "form.identity."+kind, "form.identity."+kind+".yes", "form.identity."+kind+".no", "page.receipt.nameless."+kind)
		} else {
			add("forms", "form.contact."+kind)
		}
	}
	for _, s := range law.States() {
		add("states", "state."+string(s), "status."+string(s.Status()), "told.now."+string(s))
	}
	for _, m := range law.Moves() {
		add("moves", "move."+m.Name, "event."+m.Past)
		for _, a := range m.Asks {
			add("asks", "ask."+a.Name)
			for _, o := range a.OneOf {
				if a.Name != "kind" && a.Name != "kinds" {
					add("choices", "outcome."+o)
				}
			}
		}
		for _, g := range m.Guards {
			add("guards", "error.guard."+g)
		}
	}
	for _, what := range doneHere {
		add("confirmations", "track.done."+what)
	}
	for _, r := range law.ClockRules() {
		add("clocks", "clock."+string(r.Clock))
	}
	for _, s := range law.WatchSteps() {
		add("notices", "notice."+s.Name)
	}
	for _, c := range rating.Criteria() {
		add("criteria", "criterion."+c.ID)
	}
	for _, step := range casework.DispatchSteps() {
		add("mail", "mail.subject."+step, "mail.told."+step)
		add("zalo", "zns."+step)
	}
	add("mail", "event.mail_checked", "event.mail_returned", "event.push_returned")
	for _, check := range casework.MailChecks() {
		add("mail", "mail.check."+check)
	}
	for _, found := range casework.MailResults() {
		add("mail", "mail.result."+found)
	}
	add("faces", "face.1", "face.2", "face.3", "face.4", "face.5")
	for of := range groups {
		add("choose", "page.choose."+of)
	}
	return out
}

// rootFS is the checkout.
func rootFS(t *testing.T) fs.FS {
	t.Helper()
	return os.DirFS(testkit.Root(t))
}

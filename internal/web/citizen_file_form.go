package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// fileForm is what a citizen types. Its fields are named as in the API.
type fileForm struct {
	Key       string
	Kind      string
	Category  string
	Subject   string
	Body      string
	About     string
	Accused   string // "head:" or "unit:" and a unit id, chosen from a list
	Contested string // what a complaint is against
	When      string // in his words; joins the body as a line of its own
	Address   string
	Lat, Lng  string // where his phone says it is, when he pressed the button
	Name      string
	Phone     string
	Email     string
	Home      string // the citizen's own address
	IDNumber  string
	Anonymous bool
	Tell      string // how he wants to be told of each step: a way, or nothing
	Knowing   bool   // of a denunciation: he knows the risk of that
	Phrase    string // the passphrase a denouncer may set
	Evidence  bool   // his photos are evidence: their originals are kept
	Shared    bool   // the phone is not his own: nothing stays on it
	Once      string // names this showing of the form
	used      bool   // this showing was sent before
}

func readFileForm(c *fiber.Ctx) fileForm {
	v := c.FormValue
	return fileForm{
		Key: v("key"), Kind: v("kind"), Category: v("category"), Subject: v("subject"),
		Body:  strings.ReplaceAll(v("body"), "\r\n", "\n"),
		About: v("about"), Accused: v("accused"), Contested: v("contested"), When: v("when"), Address: v("location.address"), Lat: v("location.lat"), Lng: v("location.lng"),
		Name: v("contact.name"), Phone: v("contact.phone"), Email: v("contact.email"), Home: v("contact.address"),
		IDNumber: v("contact.id_number"), Anonymous: v("anonymous") == "yes", Evidence: v("evidence") == "yes",
		Tell: v("tell"), Knowing: v("knowing") == "yes", Phrase: v("passphrase"), Shared: v("shared") == "yes", Once: v("once"),
	}
}

// draft is the form in the heart's words; whenLine introduces the line that tells the time.
func (f fileForm) draft(at office.Counter, language, whenLine string) casework.Draft {
	channel := "qr"
	if at.Online() {
		channel = "web"
	}
	body := strings.TrimSpace(f.Body)
	if when := vntext.Line(f.When); when != "" && body != "" {
		body += "\n\n" + whenLine + ": " + when
	}
	return casework.Draft{
		Key: f.Key, Kind: law.Kind(f.Kind), Counter: at.ID, Category: f.Category, Subject: f.Subject, Body: body,
		About: f.About, Accused: chosen(f.Accused), Contested: f.Contested, Location: casework.Location{Address: f.Address, Lat: degrees(f.Lat), Lng: degrees(f.Lng)},
		Anonymous: f.Anonymous, Passphrase: f.Phrase, Language: language, Channel: channel,
		Tell: f.tell(), Knowing: f.Knowing,
		Contact: casework.Contact{Name: f.Name, Phone: f.Phone, Email: f.Email, Address: f.Home, IDNumber: f.IDNumber},
	}
}

// tell is where he wants to be told: at what he typed of himself. Whoever stays unnamed was not asked.
func (f fileForm) tell() casework.Reach {
	if f.Anonymous && law.Kind(f.Kind).NeedsIdentity() {
		return casework.Reach{}
	}
	return casework.Reach{Way: casework.Way(f.Tell), To: map[casework.Way]string{casework.WayMail: f.Email, casework.WaySMS: f.Phone, casework.WayZNS: f.Phone}[casework.Way(f.Tell)]}
}

// degrees reads a coordinate that a script wrote; what is none is left out rather than held against the citizen.
func degrees(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v != v {
		return 0
	}
	return v
}

// missing asks for name and address where the law wants them, unless the citizen chose to stay anonymous.
func (f fileForm) missing(k law.Kind) map[string]string {
	m := map[string]string{}
	if !k.NeedsIdentity() || f.Anonymous {
		return m
	}
	for _, q := range []struct{ field, value, key string }{
		{"contact.name", f.Name, "error.field.name"}, {"contact.address", f.Home, "error.field.address"},
	} {
		if vntext.Line(q.value) == "" {
			m[q.field] = q.key
		}
	}
	return m
}

// Package app reads the configuration and wires the program: the only package that knows all others.
package app

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/chat"
	"tiepdan/internal/mailer"
	"tiepdan/internal/postbox"
	"tiepdan/internal/single"
	"tiepdan/internal/witness"
	"tiepdan/pkg/limit"
	"tiepdan/pkg/vntext"
	"tiepdan/pkg/workday"
)

// Config is everything an installation may choose. It is read once, and every mistake is reported together.
type Config struct {
	Addr        string // host:port to listen on
	Data        string // folder of the embedded engines, keys and attachments
	Store       string // sqlite:PATH or mongodb://…
	NATS        string // embedded or nats://…
	NATSCreds   string // credentials file
	NATSCA      string // file with the authorities that may sign the servers' certificates
	NATSCert    string
	NATSKey     string
	NATSCopies  int    // replicas of the stream on a cluster
	Blobs       string // file:DIR or s3://bucket
	FreeSpace   uint64 // bytes of the data folder's disk below which no new files are taken
	Clamd       string // tcp://host:port or unix:/path; empty scans nothing
	Keys        string // the key file
	KeysPass    string // passphrase of the key file; empty when it is not encrypted
	Backups     Backups
	Witness     *witness.Client // who co-signs the roots; nil has none
	Quorum      string          // the file of the quorum that opens identities
	BaseURL     string
	Exit        string            // where the quick exit leads: a page of another site that tells nothing
	OIDC        *single.Config    // the province's provider of single sign-on; nil has none
	MetricAddr  string            // host:port of a listener for /metrics alone
	MetricToken string            // what a reader of /metrics must show
	MailAddress string            // the office's mailbox; mail comes and goes only where it is set
	SMTP        string            // where mail is handed to
	LMTP        string            // where a mail server brings mail: HOST:PORT or unix:PATH
	IMAP        []postbox.Mailbox // which mailboxes are read
	Open311     map[string]string // the programs that bring letters by Open311, with their keys
	Hooks       map[string]string // the channels by which programs bring letters, with their secrets
	Zalo        *chat.Zalo        // nil where there is no such account
	Facebook    *chat.Facebook
	SMS         *chat.SMS
	ZNS         *chat.ZNS
	PushContact string         // whom push services may turn to; empty tells no browsers
	ChatNets    []netip.Prefix // networks that files of messages may be fetched from besides the public Internet; none but in tests
	EventNets   []netip.Prefix // networks in which receivers of events may stand besides the public Internet
	Proxies     []string
	Limits      float64  // how many communes this installation serves: so many times the usual budgets of what strangers may do
	Roles       []string // web, worker
	Timeout     time.Duration
	Session     time.Duration
	Idle        time.Duration
	FeedbackDay int
	PetitionDay int
	Sweep       time.Duration
	Ladder      []int         // working days after a limit at which the watch tells one higher
	Hours       workday.Hours // when counters are open
	HoursSet    bool          // the setting says so

	busDir string // where the embedded event store lies, if not in the data folder
	moving bool   // a database that a move has not yet ended in may be opened
}

// FromEnv reads the environment over the defaults; addr and data come from the command line and win where given.
func FromEnv(addr, data string, roles []string) (Config, error) {
	var r reader
	r.noOthers(os.Environ())
	data = cmp.Or(data, r.text("TIEPDAN_DATA", "data"))
	c := Config{
		Addr: cmp.Or(addr, r.text("TIEPDAN_ADDR", ":8080")), Data: data,
		Store: r.text("TIEPDAN_STORE", "sqlite:"+filepath.Join(data, "tiepdan.db")),
		NATS:  r.text("TIEPDAN_NATS", "embedded"), NATSCreds: r.text("TIEPDAN_NATS_CREDS", ""),
		NATSCA: r.text("TIEPDAN_NATS_CA", ""), NATSCert: r.text("TIEPDAN_NATS_CERT", ""), NATSKey: r.text("TIEPDAN_NATS_KEY", ""),
		NATSCopies: r.number("TIEPDAN_NATS_REPLICAS", 1, 1, 5),
		Blobs:      r.text("TIEPDAN_BLOBS", "file:"+filepath.Join(data, "blobs")), Clamd: r.text("TIEPDAN_CLAMD", ""), FreeSpace: r.bytes("TIEPDAN_FREE_SPACE", 1<<30),
		Keys: r.text("TIEPDAN_KEYS", filepath.Join(data, "keys.json")), KeysPass: r.text("TIEPDAN_KEYS_PASSPHRASE", ""),
		Backups: r.backups(data),
		Witness: r.witness("TIEPDAN_WITNESS"),
		Quorum:  r.text("TIEPDAN_QUORUM", filepath.Join(data, "quorum.json")),
		BaseURL: r.address("TIEPDAN_URL"), Hooks: r.hooks("TIEPDAN_HOOKS"), Zalo: r.zalo("TIEPDAN_ZALO"), Facebook: r.facebook("TIEPDAN_FACEBOOK"), SMS: r.sms("TIEPDAN_SMS"), ZNS: r.zns("TIEPDAN_ZNS"), PushContact: r.push("TIEPDAN_PUSH"), EventNets: r.nets("TIEPDAN_EVENT_NETS"), Open311: r.hooks("TIEPDAN_OPEN311"), Proxies: r.proxies("TIEPDAN_PROXIES"), Limits: r.factor("TIEPDAN_LIMITS"),
		Exit:       cmp.Or(r.address("TIEPDAN_EXIT"), "https://dichvucong.gov.vn/"),
		OIDC:       r.oidc(),
		MetricAddr: r.text("TIEPDAN_METRICS_ADDR", ""), MetricToken: r.text("TIEPDAN_METRICS_TOKEN", ""),
		MailAddress: r.mailbox("TIEPDAN_MAIL_ADDRESS"), LMTP: r.text("TIEPDAN_LMTP", ""), IMAP: r.mailboxes("TIEPDAN_IMAP"), SMTP: r.text("TIEPDAN_SMTP", ""),
		Timeout:     r.duration("TIEPDAN_TIMEOUT", 15*time.Second),
		Session:     r.duration("TIEPDAN_SESSION", 9*time.Hour),
		Idle:        r.duration("TIEPDAN_IDLE", 30*time.Minute),
		FeedbackDay: r.number("TIEPDAN_FEEDBACK_DAYS", 15, 1, 365), PetitionDay: r.number("TIEPDAN_PETITION_DAYS", 30, 1, 365),
		Sweep: r.duration("TIEPDAN_SWEEP", 15*time.Second), Ladder: r.ladder("TIEPDAN_LADDER"), Hours: r.hours("TIEPDAN_HOURS"), HoursSet: os.Getenv("TIEPDAN_HOURS") != "",
	}
	c.Roles = roles
	if len(c.Roles) == 0 {
		c.Roles = r.list("TIEPDAN_ROLES")
	}
	if len(c.Roles) == 0 {
		c.Roles = []string{"web", "worker"}
	}
	r.check(strings.HasPrefix(c.Store, "sqlite:") || strings.HasPrefix(c.Store, "mongodb"), "TIEPDAN_STORE", "must start with sqlite: or mongodb://")
	r.check(c.Clamd == "" || strings.HasPrefix(c.Clamd, "unix:") || strings.HasPrefix(c.Clamd, "tcp:"), "TIEPDAN_CLAMD", "must be unix:PATH or tcp:HOST:PORT")
	r.check(c.NATS == "embedded" || strings.Contains(c.NATS, "://"), "TIEPDAN_NATS", "must be embedded or an address such as nats://host:4222")
	r.check(c.MailAddress != "" || c.LMTP+c.SMTP == "" && len(c.IMAP) == 0, "TIEPDAN_MAIL_ADDRESS", "must name the mailbox that mail comes to and goes from")
	if _, err := mailer.Parse(c.SMTP, "x"); c.SMTP != "" && err != nil {
		r.check(false, "TIEPDAN_SMTP", err.Error())
	}
	for _, role := range c.Roles {
		r.check(role == "web" || role == "worker", "TIEPDAN_ROLES", fmt.Sprintf("unknown role %q", role))
	}
	return c, errors.Join(r.errs...)
}

// mailbox is an address such as gopy@thangan.example.
func (r *reader) mailbox(name string) string {
	v := os.Getenv(name)
	if v == "" {
		return ""
	}
	box, ok := vntext.Email(v)
	r.check(ok && !strings.Contains(box, "+"), name, "must be a mailbox such as gopy@xa.example.vn")
	return box
}

// mailboxes are addresses with spaces between.
func (r *reader) mailboxes(name string) (out []postbox.Mailbox) {
	for v := range strings.FieldsSeq(os.Getenv(name)) {
		m, err := postbox.ParseMailbox(v)
		if err != nil {
			r.check(false, name, err.Error())
		}
		out = append(out, m)
	}
	return out
}

var channelName = regexp.MustCompile(`^[a-z0-9-]{2,20}$`)

// hooks are name=secret with spaces between; a secret is said nowhere.
func (r *reader) hooks(name string) map[string]string {
	out := map[string]string{}
	for v := range strings.FieldsSeq(os.Getenv(name)) {
		channel, secret, _ := strings.Cut(v, "=")
		r.check(channelName.MatchString(channel) && len(secret) >= 16 && out[channel] == "", name,
			"must be name=secret with spaces between: names of small letters and digits, each once, secrets of 16 characters or more")
		out[channel] = secret
	}
	return out
}

// Has reports whether this process has the role.
func (c Config) Has(role string) bool {
	return slices.Contains(c.Roles, role)
}

// reader reads settings and gathers what is wrong with them.
type reader struct{ errs []error }

func (r *reader) check(ok bool, name, what string) {
	if !ok {
		r.errs = append(r.errs, fmt.Errorf("%s %s", name, what))
	}
}

func (*reader) text(name, def string) string { return cmp.Or(os.Getenv(name), def) }

func (*reader) list(name string) []string {
	return strings.FieldsFunc(os.Getenv(name), func(r rune) bool { return r == ',' || r == ' ' })
}

func (r *reader) number(name string, def, least, most int) int {
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	r.check(err == nil && n >= least && n <= most, name, fmt.Sprintf("must be a number from %d to %d", least, most))
	return n
}

// proxies are addresses and networks.
func (r *reader) proxies(name string) []string {
	names := r.list(name)
	_, err := limit.ParseProxies(names)
	r.check(err == nil, name, "must be addresses or networks such as 10.0.0.7,10.1.0.0/16")
	return names
}

// nets are networks such as 10.20.0.0/16.
func (r *reader) nets(name string) (out []netip.Prefix) {
	for _, v := range r.list(name) {
		p, err := netip.ParsePrefix(v)
		r.check(err == nil, name, "must be networks such as 10.20.0.0/16,192.168.7.0/24")
		out = append(out, p.Masked())
	}
	return out
}

// factor is a number above zero, 1 by default.
func (r *reader) factor(name string) float64 {
	v, err := strconv.ParseFloat(cmp.Or(os.Getenv(name), "1"), 64)
	r.check(err == nil && v > 0 && v <= 1e6, name, "must be a number above 0, such as 1 or 2.5")
	return v
}

// bytes is a size such as 512MB or 2GB, by powers of 1024.
func (r *reader) bytes(name string, def uint64) uint64 {
	v := strings.ToUpper(strings.TrimSpace(os.Getenv(name)))
	if v == "" {
		return def
	}
	each := uint64(1)
	for unit, size := range map[string]uint64{"MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40} {
		if n, ok := strings.CutSuffix(v, unit); ok {
			v, each = strings.TrimSpace(n), size
		}
	}
	n, err := strconv.ParseUint(v, 10, 22)
	r.check(err == nil && (each > 1 || n == 0), name, "must be a size such as 512MB or 2GB, or 0")
	return n * each
}

// ladder is up to three numbers of working days, each higher than the one before.
func (r *reader) ladder(name string) []int {
	var out []int
	last := 0
	for _, v := range r.list(name) {
		n, err := strconv.Atoi(v)
		r.check(err == nil && n > last && n <= 60, name, "must be numbers that grow, up to 60, such as 1,3,7")
		out, last = append(out, n), n
	}
	r.check(len(out) <= 3, name, "must be three numbers at most")
	return out
}

func (r *reader) duration(name string, def time.Duration) time.Duration {
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	d, err := time.ParseDuration(v)
	r.check(err == nil && d > 0, name, "must be a duration such as 15s")
	return d
}

// hours are the usual ones unless the office has set its own.
func (r *reader) hours(name string) workday.Hours {
	v := os.Getenv(name)
	if v == "" {
		return workday.UsualHours()
	}
	h, err := workday.ParseHours(v)
	r.check(err == nil, name, "must be hours such as 07:30-11:30,13:30-17:00;07:30-11:00, after the semicolon those of Saturday")
	return h
}

func (r *reader) address(name string) string {
	v := os.Getenv(name)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	r.check(err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"), name, "must be an address such as https://tiepdan.example.vn")
	return v
}

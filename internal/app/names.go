package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// settingPrefix begins the name of every setting.
const settingPrefix = "TIEPDAN_"

// settings are the names of all settings, and of those by which tests of the program are led.
func settings() []string {
	var names []string
	for name := range strings.FieldsSeq(`ADDR BACKUP_AT BACKUP_DAYS BACKUP_PASSPHRASE BACKUP_TO BLOBS CLAMD DATA EVENT_NETS EXIT FACEBOOK
		FEEDBACK_DAYS FREE_SPACE HOOKS HOURS IDLE IMAP KEYS KEYS_PASSPHRASE LADDER LIMITS LMTP MAIL_ADDRESS METRICS_ADDR METRICS_TOKEN NATS
		NATS_CA NATS_CERT NATS_CREDS NATS_KEY NATS_REPLICAS OIDC_CLIENT OIDC_FACTOR OIDC_ISSUER OIDC_NAME OIDC_SECRET OPEN311 PETITION_DAYS
		PROXIES PUSH QUORUM ROLES SESSION SMS SMTP STORE SWEEP TIMEOUT URL WITNESS ZALO ZNS`) {
		names = append(names, settingPrefix+name)
	}
	return names
}

// foreign are variables that begin alike and are nobody's setting: Kubernetes sets the first for each service, tests the others.
var foreign = regexp.MustCompile(`^TIEPDAN_(([A-Z0-9]+_)*(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)|TEST_[A-Z_]+|SCREENS)$`)

// noOthers refuses variables that look like settings and are none: a mistyped one would otherwise be left at its default, unsaid.
func (r *reader) noOthers(environ []string) {
	known := settings()
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, settingPrefix) || slices.Contains(known, name) || foreign.MatchString(name) {
			continue
		}
		nearest := slices.MinFunc(known, func(a, b string) int { return distance(name, a) - distance(name, b) })
		r.check(false, name, fmt.Sprintf("is no setting: is %s meant? The README lists all", nearest))
	}
}

// distance is how many letters must be put in, left out or exchanged to make one word of the other; 1 where only their order differs.
func distance(a, b string) int {
	if x, y := []byte(a), []byte(b); a != b && len(x) == len(y) {
		slices.Sort(x)
		if slices.Sort(y); slices.Equal(x, y) {
			return 1
		}
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

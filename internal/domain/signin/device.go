package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// DeviceLasts is how long a device stays known after its last good sign-in.
const DeviceLasts = 180 * 24 * time.Hour

// maxDevices is how many people may share one device.
const maxDevices = 8

// Remember returns what the device keeps after a good sign-in of the person: a mark beside those of others who share it.
// The mark lets nobody in; it only says that he has signed in here before.
func (d *Doors) Remember(devices, staff string) string {
	id, known := d.known(devices, staff)
	if !known {
		id = rand.Text()
	}
	now := strconv.FormatInt(d.Now().Unix(), 36)
	marks := []string{strings.Join([]string{id, now, d.deviceMark(id, staff, now)}, ".")}
	for mark := range strings.SplitSeq(devices, "~") {
		if was, _, ok := strings.Cut(mark, "."); ok && was != id && len(mark) < 80 && len(marks) < maxDevices {
			marks = append(marks, mark)
		}
	}
	return strings.Join(marks, "~")
}

// Knows reports whether the person with the username has signed in on the device before: then nobody else's attempts are his.
func (d *Doors) Knows(ctx context.Context, devices, username string) (bool, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return false, err
	}
	who, named := o.ByUsername(username)
	_, known := d.known(devices, who.ID)
	return named && known, nil
}

// known returns the id of the device if the person has signed in on it.
func (d *Doors) known(devices, staff string) (string, bool) {
	if staff == "" || len(devices) > maxDevices*80 {
		return "", false
	}
	for mark := range strings.SplitSeq(devices, "~") {
		parts := strings.Split(mark, ".")
		if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(d.deviceMark(parts[0], staff, parts[1]))) {
			continue
		}
		at, err := strconv.ParseInt(parts[1], 36, 64)
		if err == nil && d.Now().Sub(time.Unix(at, 0)) < DeviceLasts {
			return parts[0], true
		}
	}
	return "", false
}

func (d *Doors) deviceMark(id, staff, at string) string {
	sum := d.MAC("device", []byte(id), []byte(staff), []byte(at))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Masked is an address as the journal keeps it: enough to tell one's own office from elsewhere, too little to find a person.
func Masked(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// The browsers and systems people know by name; the first that is found counts.
var (
	browsers = [][2]string{{"coc_coc", "Cốc Cốc"}, {"edg", "Edge"}, {"opr/", "Opera"}, {"firefox", "Firefox"}, {"chrom", "Chrome"}, {"safari", "Safari"}}
	systems  = [][2]string{{"android", "Android"}, {"iphone", "iPhone"}, {"ipad", "iPad"}, {"windows", "Windows"}, {"mac os", "macOS"}, {"linux", "Linux"}}
)

// Device says in a few words what kind of device a browser's name tells of; nothing of it is unique.
func Device(agent string) string {
	agent = strings.ToLower(agent)
	var words []string
	for _, table := range [][][2]string{browsers, systems} {
		for _, row := range table {
			if strings.Contains(agent, row[0]) {
				words = append(words, row[1])
				break
			}
		}
	}
	return strings.Join(words, ", ")
}

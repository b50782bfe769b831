package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// byHook begins the channel of letters that a program of another body brings, such as the hotline 1022; its name follows.
const byHook = "hook/"

// unread reports whether nobody of the office has said yet what kind of letter it is.
func (c *Case) unread() bool {
	return c.Channel == ByMail || c.byChat() || strings.HasPrefix(c.Channel, byHook) || strings.HasPrefix(c.Channel, byOpen311)
}

// FileHook keeps a letter that a program brought through the channel of the name: durable when it returns, and one case however often
// the program brings the letter of an id. Whatever kind the program says, a letter whose words denounce is sealed.
func (d *Desk) FileHook(ctx context.Context, channel, id string, f Draft) (Filed, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	if found := MailKind(f.Subject, f.Body, f.About); f.Kind == "" || found.Secret() {
		f.Kind = found
	}
	key := sha256.Sum256([]byte(id)) // an id may be short
	f.Channel, f.Key = byHook+channel, hex.EncodeToString(key[:])
	if err := f.all(o).err(); err != nil {
		return Filed{}, err
	}
	f.Key = inside + f.Channel + "/" + f.Key
	return d.file(ctx, o, f)
}

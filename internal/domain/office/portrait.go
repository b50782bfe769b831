package office

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// Portrait (ảnh nhận diện) is what an office shows of itself.
type Portrait string

// The portraits.
const (
	Mark  Portrait = "mark"  // biểu trưng: a PNG, on the front door, at the counters and on posters
	Photo Portrait = "photo" // ảnh trụ sở: a JPEG, on the front door
)

// portraits are the ids that pictures of each may have.
var portraits = map[Portrait]*regexp.Regexp{
	Mark: regexp.MustCompile(`^[0-9a-f]{32}\.png$`), Photo: regexp.MustCompile(`^[0-9a-f]{32}\.jpg$`),
}

// Names reports whether an id may be that of such a picture.
func (p Portrait) Names(id string) bool {
	shape, ok := portraits[p]
	return ok && shape.MatchString(id)
}

// Known reports whether there is such a portrait.
func (p Portrait) Known() bool { return portraits[p] != nil }

// Picture is the picture of a portrait. Its id is made of what it shows, so that the chained log of the settings, which names it,
// vouches for it too.
type Picture struct {
	ID   string `bson:"_id"`
	V    int64  `bson:"v"`
	Body []byte `bson:"body"`
}

// NewPicture names a picture by what it shows; the body is a PNG for a mark, a JPEG for a photo.
func NewPicture(of Portrait, body []byte) Picture {
	sum, ext := sha256.Sum256(body), ".jpg"
	if of == Mark {
		ext = ".png"
	}
	return Picture{ID: hex.EncodeToString(sum[:16]) + ext, V: 1, Body: body}
}

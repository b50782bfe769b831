package register

import (
	"context"
	"slices"
	"strings"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/colour"
)

// settingsShelf holds one item, which is there from the start.
func settingsShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Most: mostHead},
			{Name: "name_en", Type: Line, Most: mostHead},
			{Name: "colour", Type: Line, Most: len("#RRGGBB")},
			{Name: string(office.Mark), Type: Picture},
			{Name: string(office.Photo), Type: Picture},
			{Name: "factor", Type: Choices, OneOf: roles()},
		},
		list: func(c office.Content) []Item {
			var rs []string
			for _, r := range c.Settings.Factor {
				rs = append(rs, string(r))
			}
			slices.Sort(rs)
			x := c.Settings
			return []Item{item(office.SettingsID, max(x.V, 1), x.Log, Row{
				"factor": strings.Join(rs, "\n"), "name": x.Name.VI, "name_en": x.Name.EN, "colour": x.Colour, "mark": x.Mark, "photo": x.Photo,
			})}
		},
		check: func(e *entry) {
			e.wrong(e.do == Created, "id", "error.field.single")
			e.wrong(e.now.Closed, closed, "error.field.single")
			checkLook(e)
		},
		put: func(ctx context.Context, s Parts, e *entry) error {
			x := office.Settings{ID: office.SettingsID, V: e.now.V, Log: e.now.log, Name: office.Name{VI: e.now.Row["name"], EN: e.now.Row["name_en"]}, Colour: e.now.Row["colour"], Mark: e.now.Row["mark"], Photo: e.now.Row["photo"]}
			for _, r := range Values(e.now.Row["factor"]) {
				x.Factor = append(x.Factor, office.Role(r))
			}
			return s.PutSettings(ctx, x)
		},
	}
}

// mostHead is how long a name at the head of a narrow page may be.
const mostHead = 40

// checkLook lets no colour through that somebody could not read.
func checkLook(e *entry) {
	text := e.now.Row["colour"]
	if text == "" {
		return
	}
	if _, ok := colour.Parse(text); !ok {
		e.wrong(true, "colour", "error.field.colour")
		return
	}
	_, ok := office.LookOf(text)
	e.wrong(!ok, "colour", "error.field.colour_pale")
}

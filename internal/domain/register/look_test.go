package register_test

import (
	"errors"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// TestAColourThatSomebodyCouldNotReadIsRefused, and one that can be read is an entry like any other, taken back as one.
func TestAColourThatSomebodyCouldNotReadIsRefused(t *testing.T) {
	h := open(t, commune())
	for text, want := range map[string]string{"teal": "error.field.colour", "#12345": "error.field.colour", "#FFCC00": "error.field.colour_pale"} {
		err := h.change("admin", register.Settings, office.SettingsID, "colour", text)
		var fault *casework.Error
		if !errors.As(err, &fault) || fault.Fields["colour"] != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if err := h.change("admin", register.Settings, office.SettingsID, "colour", "#8A1C2B"); err != nil || h.office().Settings().Colour != "#8A1C2B" {
		t.Fatalf("a red that can be read: %v, kept %q", err, h.office().Settings().Colour)
	}
	it, err := h.Get(t.Context(), h.staff("admin"), register.Settings, office.SettingsID)
	if err == nil {
		_, err = h.Undo(t.Context(), h.staff("admin"), register.Order{Kind: register.Settings, ID: it.ID, Version: it.V}, h.store.lines[len(h.store.lines)-1].Seq)
	}
	if err != nil || h.office().Settings().Colour != "" {
		t.Errorf("taken back: %v, kept %q", err, h.office().Settings().Colour)
	}
}

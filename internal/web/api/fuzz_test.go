package api

import (
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// FuzzFilingBody: no body makes reading panic, and what is accepted has what is required.
func FuzzFilingBody(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"feedback","subject":"a","body":"b"}`, `{}`, `null`, `[]`, `{"kind":1}`, `{"contact":{"name":"x"},"kind":"a"}`,
		`{"kind":"feedback","subject":"a","body":"b"} x`, "{\"kind\":\"\x00\"}", `{"location":{"lat":1e309}}`, `{"body":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	app := fiber.New()
	f.Fuzz(func(t *testing.T, body []byte) {
		ctx := app.AcquireCtx(&fasthttp.RequestCtx{})
		defer app.ReleaseCtx(ctx)
		ctx.Request().Header.SetContentType(fiber.MIMEApplicationJSON)
		ctx.Request().SetBody(body)
		var in filing
		if err := read(ctx, &in); err == nil && (in.Kind == "" || in.Subject == "" || in.Body == "") {
			t.Errorf("%q was accepted", body)
		}
	})
}

package web

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tiepdan/internal/domain/casework"
)

// node is an element of XML.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Kids    []node `xml:",any"`
}

// The elements that are lists of another, that are numbers and that are true or false, as GeoReport v2 writes them.
var (
	lists311   = map[string]string{"services": "service", "service_requests": "request", "service_request_updates": "request_update", "errors": "error", "attributes": "attribute", "values": "value"}
	numbers311 = []string{"lat", "long", "order"}
	truths311  = []string{"metadata", "variable", "required"}
)

// plain311 is what an element says in JSON.
func plain311(t *testing.T, n node) any {
	t.Helper()
	name, text := n.XMLName.Local, strings.TrimSpace(n.Text)
	if of := lists311[name]; of != "" {
		out := []any{}
		for _, kid := range n.Kids {
			if kid.XMLName.Local != of {
				t.Errorf("%s in %s", kid.XMLName.Local, name)
			}
			out = append(out, plain311(t, kid))
		}
		return out
	}
	if len(n.Kids) > 0 {
		out := map[string]any{}
		for _, kid := range n.Kids {
			if _, twice := out[kid.XMLName.Local]; twice {
				t.Errorf("%s twice in %s", kid.XMLName.Local, name)
			}
			out[kid.XMLName.Local] = plain311(t, kid)
		}
		return out
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && slices.Contains(numbers311, name) {
		return v
	}
	if v, err := strconv.ParseBool(text); err == nil && text == strconv.FormatBool(v) && slices.Contains(truths311, name) {
		return v
	}
	return text
}

// TestOpen311SaysWhatItsSchemaLets in JSON and XML: each answer, and each mistake.
func TestOpen311SaysWhatItsSchemaLets(t *testing.T) {
	st, _ := open311Stand(t)
	_, ref := st.bring311(t, "/requests.xml", pothole())
	st.bring311(t, "/requests.xml", pothole("lat", "", "long", "", "attribute[fixmystreet_id]", "8"))
	c, err := st.desk.Cases.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range st.desk.Route(t.Context(), c.ID) { // its status changes, so that there is an update
		if err != nil {
			t.Fatal(err)
		}
	}
	st.desk.Clock = st.desk.Clock.Add(time.Hour)
	st.assign(t, ref)
	told := map[string]int{}
	for _, tc := range []struct {
		as, path string
		form     url.Values // to post
		status   int
	}{
		{"services", "/services", nil, 200},
		{"definition", "/services/roads", nil, 200},
		{"requests", "/requests", nil, 200},
		{"requests", "/requests/" + ref, nil, 200},
		{"requests", "/requests?status=closed", nil, 200},
		{"filed", "/tokens/" + ref, nil, 200},
		{"filed", "/requests", pothole("attribute[fixmystreet_id]", "9"), 201},
		{"updates", "/servicerequestupdates", nil, 200},
		{"updated", "/servicerequestupdates", url.Values{"api_key": {open311Key}, "service_request_id": {ref}, "update_id": {"3"}, "status": {"OPEN"}, "description": {"Nay sâu hơn."}}, 200},
		{"errors", "/services/none", nil, 404},
		{"errors", "/requests/TD-1", nil, 404},
		{"errors", "/requests?start_date=x", nil, 400},
		{"errors", "/servicerequestupdates?api_key=x", nil, 403},
		{"errors", "/requests", pothole("api_key", "x"), 403},
		{"errors", "/requests", pothole("description", "", "lat", "x"), 400},
	} {
		for _, format := range []string{".json", ".xml"} {
			path, query, asked := strings.Cut(tc.path, "?")
			path += format
			if asked {
				path += "?" + query
			}
			a := st.see311(t, path)
			if tc.form != nil {
				a = st.post(t, open311Path+path, "application/x-www-form-urlencoded", []byte(tc.form.Encode()))
			}
			doc := told311(t, a, format)
			if err := schema311(t, tc.as).Validate(doc); err != nil || a.status != tc.status {
				t.Errorf("%s: %d %s\n%v", path, a.status, a.body, err)
			}
			if list, ok := doc.([]any); ok {
				told[tc.as+format] += len(list)
			}
		}
	}
	for _, as := range []string{"services", "requests", "updates"} {
		if told[as+".json"] == 0 || told[as+".json"] != told[as+".xml"] {
			t.Errorf("%s: %v", as, told)
		}
	}
}

// assign gives a case to a unit, by whoever may: its status changes.
func (st *stand) assign(t *testing.T, ref string) {
	t.Helper()
	o, err := st.desk.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range o.AllStaff() {
		c, err := st.desk.Cases.ByRef(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = st.desk.Move(t.Context(), who, casework.Order{Ref: ref, Rev: c.Rev(), Move: "assign", Args: map[string]string{"unit": "roads"}}); err == nil {
			return
		}
	}
	t.Fatal("nobody may assign it")
}

// told311 is what an answer says, in the one form of both formats.
func told311(t *testing.T, a reply, format string) any {
	t.Helper()
	if format == ".json" {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(a.body)))
		if err != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
			t.Fatalf("%v: %s", err, a.body)
		}
		return doc
	}
	d := xml.NewDecoder(strings.NewReader(a.body))
	var n node
	if err := d.Decode(&n); err != nil || !strings.HasPrefix(a.body, xml.Header) {
		t.Fatalf("%v: %s", err, a.body)
	}
	if _, err := d.Token(); err != io.EOF { //nolint:errorlint // Token gives it bare
		t.Errorf("more after the end: %v", err)
	}
	return plain311(t, n)
}

// schema311 is one part of the schema.
func schema311(t *testing.T, as string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("testdata/georeport.json#/$defs/" + as)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOpen311SchemaIsOne: it refuses what is not in it, so that it says something.
func TestOpen311SchemaIsOne(t *testing.T) {
	for as, bad := range map[string]string{
		"services": `[{"service_code":"a","service_name":"b","metadata":"true","type":"realtime"}]`, "requests": `[{"service_request_id":"1","status":"OPEN","service_code":"a","requested_datetime":"2026-08-03T08:00:00+07:00","updated_datetime":"2026-08-03T08:00:00+07:00"}]`,
		"filed": `[]`, "errors": `[{"code":"200","description":"x"}]`, "definition": `{"service_code":"a","attributes":[{"variable":true,"code":"k","datatype":"singlevaluelist","required":false}]}`,
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if schema311(t, as).Validate(doc) == nil {
			t.Errorf("%s takes %s", as, bad)
		}
	}
}

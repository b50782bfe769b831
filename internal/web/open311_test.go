package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

const open311Key = "mot-khoa-du-dai-1"

// open311Stand serves two programs, over an office with a public subject and one that is not.
func open311Stand(t *testing.T) (st *stand, set func(public bool)) {
	t.Helper()
	var offices caseworktest.Fixed
	set = func(public bool) {
		content := caseworktest.Commune()
		content.Categories = []office.Category{
			{ID: "roads", Name: office.Name{VI: "Đường sá", EN: "Roads"}, Public: public},
			{ID: "land", Name: office.Name{VI: "Đất đai"}},
			{ID: "old", Name: office.Name{VI: "Cũ"}, Public: true, Closed: true},
		}
		offices.O = office.New(content)
		if st != nil {
			st.Offices, st.desk.Offices = offices, offices
		}
	}
	st = newStand(t, func(c *Config) {
		c.Open311 = map[string]string{"fixmystreet": open311Key, "other": "mot-khoa-khac-han"}
	})
	set(true)
	return st, set
}

// pothole is a letter as FixMyStreet sends it.
func pothole(change ...string) url.Values {
	f := url.Values{
		"api_key": {open311Key}, "service_code": {"roads"}, "description": {"Ổ gà lớn\r\n\r\nTrước chợ Thắng An.\r\n\r\nhttps://fms.example/report/7"},
		"first_name": {"Võ"}, "last_name": {"Thị Bé"}, "email": {"vo.be@example.vn"}, "phone": {"0905 123 456"}, "lat": {"16.0471"}, "long": {"108.2062"},
		"address_string": {"Chợ Thắng An"}, "media_url": {"https://fms.example/photo/7.jpeg", "https://fms.example/photo/8.jpeg"}, "attribute[fixmystreet_id]": {"7"},
	}
	for i := 0; i < len(change); i += 2 {
		f.Set(change[i], change[i+1])
		if change[i+1] == "" {
			f.Del(change[i])
		}
	}
	return f
}

// bring posts a form to an address of Open311, and returns the reference that is answered.
func (st *stand) bring311(t *testing.T, path string, form url.Values) (reply, string) {
	t.Helper()
	a := st.post(t, open311Path+path, "application/x-www-form-urlencoded", []byte(form.Encode()))
	var got struct {
		IDs []string `xml:"request>service_request_id"`
	}
	if a.status < 300 {
		if err := xml.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatal(err, a.body)
		}
	}
	return a, strings.Join(got.IDs, ",")
}

func (st *stand) see311(t *testing.T, path string) reply {
	t.Helper()
	return st.ask(t, http.MethodGet, open311Path+path, nil)
}

// TestOpen311OffersWhatIsPublic and nothing else, as text that clients read, in XML and JSON.
func TestOpen311OffersWhatIsPublic(t *testing.T) {
	st, set := open311Stand(t)
	a := st.see311(t, "/services.xml")
	if a.status != http.StatusOK || !strings.Contains(a.body, "<services><service><service_code>roads</service_code><service_name>Đường sá</service_name>") ||
		!strings.Contains(a.body, "<metadata>true</metadata>") || strings.Contains(a.body, "land") || strings.Contains(a.body, "old") || !strings.HasPrefix(a.header.Get("Content-Type"), "application/xml") {
		t.Errorf("%d %s", a.status, a.body)
	}
	a = st.see311(t, "/services/roads.xml")
	if a.status != http.StatusOK || !strings.Contains(a.body, "<attributes><attribute><variable>true</variable><code>kind</code><datatype>singlevaluelist</datatype>") ||
		!strings.Contains(a.body, "<values><value><key>feedback</key><name>Phản ánh</name></value><value><key>petition</key>") || strings.Contains(a.body, "denunciation") {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, hidden := range []string{"/services/land.xml", "/services/old.json", "/services/none.xml", "/services.html", "/requests.txt", "/requests/TD-1.xml", "/tokens/x.xml"} {
		if a := st.see311(t, hidden); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", hidden, a.status, a.body)
		}
	}
	if a, _ := st.bring311(t, "/requests.xml", pothole("service_code", "land")); a.status != http.StatusBadRequest || !strings.Contains(a.body, "service_code") {
		t.Errorf("a letter about what is not public: %d %s", a.status, a.body)
	}
	set(false)
	if a := st.see311(t, "/services.json"); a.body != "[]" {
		t.Errorf("without the mark: %s", a.body)
	}
	if a, _ := st.bring311(t, "/requests.xml", pothole()); a.status != http.StatusBadRequest {
		t.Errorf("a letter about what is public no more: %d", a.status)
	}
}

// TestOpen311TakesALetterOnce, whole, and tells where it stands but not what it says.
func TestOpen311TakesALetterOnce(t *testing.T) {
	st, set := open311Stand(t)
	before := st.desk.Kept.Len()
	a, ref := st.bring311(t, "/requests.xml", pothole())
	if a.status != http.StatusCreated || ref == "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	c, err := st.desk.Cases.ByRef(t.Context(), ref)
	if err != nil || c.Subject != "Ổ gà lớn" || !strings.Contains(c.Body, "\n\nTrước chợ Thắng An.") || !strings.Contains(c.Body, "photo/8.jpeg") || c.Kind != law.Feedback ||
		c.Channel != "open311/fixmystreet" || c.Anonymous || c.Location != (casework.Location{Lat: 16.0471, Lng: 108.2062, Address: "Chợ Thắng An"}) {
		t.Fatalf("%+v %v", c, err)
	}
	st.desk.Clock = st.desk.Clock.Add(24 * time.Hour)
	kind, body := parts(t, func() url.Values { f := pothole(); f["media_url"] = f["media_url"][:1]; return f }(), "a.jpg")
	if a := st.post(t, open311Path+"/requests.json", kind, body); a.status != http.StatusCreated { // one picture fewer is another letter
		t.Errorf("multipart: %d %s", a.status, a.body)
	}
	if _, again := st.bring311(t, "/requests.xml", pothole()); again != ref || st.desk.Kept.Len() != before+2 {
		t.Errorf("the same again is %s, %d cases", again, st.desk.Kept.Len()-before)
	}
	if _, other := st.bring311(t, "/requests.xml", pothole("api_key", "mot-khoa-khac-han")); other == ref {
		t.Error("two programs share a letter")
	}
	for _, path := range []string{"/requests/" + ref + ".xml", "/requests.xml?service_request_id=TD-9," + ref, "/requests.xml?status=open&service_code=roads", "/requests/" + ref + ".json"} {
		a := st.see311(t, path)
		if a.status != http.StatusOK || !strings.Contains(a.body, ref) || !strings.Contains(a.body, "2026-08-03T08:00:00+07:00") || !strings.Contains(a.body, "108.2062") || !strings.Contains(a.body, "Đã tiếp nhận") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		for _, secret := range []string{"Ổ gà", "Trước chợ", "Võ", "example", "0905", "905123456"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
	}
	for _, path := range []string{"/requests.xml?status=closed", "/requests.xml?service_code=land", "/requests.xml?service_request_id=" + st.ref, "/requests.xml?end_date=2026-08-02T00:00:00Z"} {
		if a := st.see311(t, path); a.status != http.StatusOK || strings.Contains(a.body, "<request>") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := st.see311(t, "/tokens/"+ref+".xml"); !strings.Contains(a.body, "<service_request_id>"+ref) {
		t.Errorf("its token: %s", a.body)
	}
	set(false)
	if a := st.see311(t, "/requests/"+ref+".xml"); a.status != http.StatusNotFound {
		t.Errorf("told of though its subject is public no more: %d", a.status)
	}
}

// TestOpen311KnowsTheSameLetterForTenMinutes where nothing names it, also over the end of a span.
func TestOpen311KnowsTheSameLetterForTenMinutes(t *testing.T) {
	st, _ := open311Stand(t)
	st.desk.Clock = st.desk.Clock.Add(9 * time.Minute)
	letter := pothole("attribute[fixmystreet_id]", "")
	_, ref := st.bring311(t, "/requests.xml", letter)
	for after, same := range map[time.Duration]bool{30 * time.Second: true, 9 * time.Minute: true, 11 * time.Minute: false} {
		at := st.desk.Clock
		st.desk.Clock = at.Add(after)
		if _, again := st.bring311(t, "/requests.xml", letter); (again == ref) != same || again == "" {
			t.Errorf("after %v it is %q, was %q", after, again, ref)
		}
		st.desk.Clock = at
	}
}

// TestOpen311NeverTellsOfADenunciation: sealed at once, and known to nobody.
func TestOpen311NeverTellsOfADenunciation(t *testing.T) {
	st, _ := open311Stand(t)
	for name, letter := range map[string]url.Values{
		"its words": pothole("description", "Tôi tố cáo ông Trần Văn A nhận tiền."), "without marks": pothole("description", "To cao can bo"), "its place": pothole("address_string", "Đơn tố cáo"),
	} {
		a, ref := st.bring311(t, "/requests.xml", letter)
		c, err := st.desk.Cases.ByRef(t.Context(), ref)
		if a.status != http.StatusCreated || err != nil || c.Kind != law.Denunciation || c.Body != "" || c.Location.Address != "" || c.ShownAt != nil {
			t.Fatalf("%s: %d %+v", name, a.status, c)
		}
		unknown := st.see311(t, "/requests/TD-2026-AAAA-AAAA.xml")
		for _, path := range []string{"/requests/" + ref + ".xml", "/tokens/" + ref + ".xml"} {
			if a := st.see311(t, path); a.status != http.StatusNotFound || a.body != unknown.body {
				t.Errorf("%s, %s: %d %s", name, path, a.status, a.body)
			}
		}
		for _, path := range []string{"/requests.xml", "/requests.json?service_request_id=" + ref, "/servicerequestupdates.xml"} {
			if a := st.see311(t, path); strings.Contains(a.body, ref) {
				t.Errorf("%s, %s: %s", name, path, a.body)
			}
		}
	}
	for _, kind := range []string{"denunciation", "complaint", "praise", "x"} {
		if a, _ := st.bring311(t, "/requests.xml", pothole("attribute[kind]", kind)); a.status != http.StatusBadRequest {
			t.Errorf("a %s: %d", kind, a.status)
		}
	}
}

// TestOpen311AsksForTheKey in the body alone, and tells of mistakes as Open311 does.
func TestOpen311AsksForTheKey(t *testing.T) {
	st, _ := open311Stand(t)
	before := st.desk.Kept.Len()
	for _, key := range []string{"", "x", open311Key + "x", "fixmystreet"} {
		for _, path := range []string{"/requests.xml", "/servicerequestupdates.xml", "/requests.xml?api_key=" + open311Key} {
			a, _ := st.bring311(t, path, pothole("api_key", key))
			if a.status != http.StatusForbidden || !strings.Contains(a.body, "<errors><error><code>403</code><description>Khóa API không đúng.</description></error></errors>") {
				t.Errorf("%s with %q: %d %s", path, key, a.status, a.body)
			}
		}
	}
	for path, want := range map[string]int{"?api_key=": http.StatusOK, "?api_key=x": http.StatusForbidden, "?api_key=" + open311Key: http.StatusOK} {
		if a := st.see311(t, "/servicerequestupdates.json"+path); a.status != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for name, letter := range map[string]url.Values{
		"description": pothole("description", ""), "service_code": pothole("service_code", ""), "email": pothole("email", "x"), "phone": pothole("phone", "1"),
		"lat": pothole("lat", "NaN"), "long": pothole("long", "x"),
	} {
		a := st.post(t, open311Path+"/requests.json", "application/x-www-form-urlencoded", []byte(letter.Encode()))
		var got []mistake311
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusBadRequest || len(got) != 1 || got[0].Code != "400" || !strings.HasPrefix(got[0].Description, name+": ") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a, _ := st.bring311(t, "/requests.xml", pothole("description", "a\x00b")); a.status != http.StatusBadRequest {
		t.Errorf("no text: %d", a.status)
	}
	if st.desk.Kept.Len() != before {
		t.Error("something was kept")
	}
}

// TestOpen311WindowHasAnEnd: ninety days, in order.
func TestOpen311WindowHasAnEnd(t *testing.T) {
	st, _ := open311Stand(t)
	for query, want := range map[string]int{
		"start_date=2026-05-05T00:00:00Z&end_date=2026-08-03T00:00:00Z": 200, "start_date=2026-05-05T00:00:00Z&end_date=2026-08-03T00:00:01Z": 400,
		"start_date=2026-08-03T00:00:00Z&end_date=2026-08-02T00:00:00Z": 400, "start_date=x": 400, "end_date=x": 400, "start_date=2026-08-03T07:00:00+07:00": 200, "start_date=2020-01-01T00:00:00Z": 200,
	} {
		for _, path := range []string{"/requests.xml?", "/servicerequestupdates.xml?"} {
			if a := st.see311(t, path+query); a.status != want {
				t.Errorf("%s%s: %d %s", path, query, a.status, a.body)
			}
		}
	}
}

// TestOpen311TakesFurtherWords from the program that brought the letter, once; what denounces is sealed apart.
func TestOpen311TakesFurtherWords(t *testing.T) {
	st, _ := open311Stand(t)
	_, ref := st.bring311(t, "/requests.xml", pothole())
	update := func(change ...string) reply {
		f := url.Values{"api_key": {open311Key}, "service_request_id": {ref}, "update_id": {"3"}, "status": {"OPEN"}, "description": {"Nay sâu hơn."}}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return st.post(t, open311Path+"/servicerequestupdates.xml", "application/x-www-form-urlencoded", []byte(f.Encode()))
	}
	first, again := update(), update()
	if first.status != http.StatusOK || first.body != again.body || !strings.Contains(first.body, "<service_request_updates><request_update><update_id>") {
		t.Errorf("%d %s, again %s", first.status, first.body, again.body)
	}
	update("update_id", "")
	st.desk.Clock = st.desk.Clock.Add(9*time.Minute + 30*time.Second)
	update("update_id", "")
	c, err := st.desk.Cases.ByRef(t.Context(), ref)
	if err != nil || len(c.Messages) != 2 || c.Messages[0].Text != "Nay sâu hơn." || !c.Messages[0].Citizen {
		t.Errorf("%+v %v", c.Messages, err)
	}
	for name, a := range map[string]reply{"of another": update("api_key", "mot-khoa-khac-han"), "of the office's": update("service_request_id", st.ref), "of none": update("service_request_id", "TD-1")} {
		if a.status != http.StatusNotFound {
			t.Errorf("a letter %s: %d %s", name, a.status, a.body)
		}
	}
	before := st.desk.Kept.Len()
	for range 2 {
		if a := update("update_id", "4", "description", "Tôi tố cáo ông Trần Văn A."); a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if c, _ := st.desk.Cases.ByRef(t.Context(), ref); len(c.Messages) != 2 || st.desk.Kept.Len() != before+1 {
		t.Errorf("%d messages, %d more letters", len(c.Messages), st.desk.Kept.Len()-before)
	}
}

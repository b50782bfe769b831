package office_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/office"
)

// found writes what was found as "id", "id?" when it is only possible, "unit/" for a unit.
func found(a office.Accused) string {
	out := append([]string{}, a.Certain...)
	for _, id := range a.Possible {
		out = append(out, id+"?")
	}
	for _, id := range a.Units {
		out = append(out, id+"/")
	}
	return strings.Join(out, " ")
}

// TestNoWayOfNamingSomebodySlipsThrough is the table of the ways in which denouncers name people of the demo office.
func TestNoWayOfNamingSomebodySlipsThrough(t *testing.T) {
	o := office.New(caseworktest.Demo(now))
	for text, want := range map[string]string{
		// whole names, however typed
		"Tôi tố cáo ông Hồ Tấn Lực nhận tiền":                       "truong-phong-kt",
		"ho tan luc nhan tien":                                      "truong-phong-kt",
		"HỒ TẤN LỰC NHẬN TIỀN":                                      "truong-phong-kt",
		norm.NFD.String("Hồ Tấn Lực nhận tiền"):                     "truong-phong-kt",
		"Hồ Tấn L\u00ADực nhận tiền":                                "truong-phong-kt", // soft hyphen
		"H\u200Bồ T\u200Dấn L\u2060ực\uFEFF":                        "truong-phong-kt", // zero width
		"Hồ\uFE0F Tấn\uFE0E Lực":                                    "truong-phong-kt", // variation selectors
		"Hồ\u00A0Tấn\u2003Lực":                                      "truong-phong-kt", // other spaces
		"\u041Dồ Tấn Lự\u0441":                                      "truong-phong-kt", // Cyrillic Н, с
		"Ｈồ Ｔấｎ Ｌực":                                                "truong-phong-kt", // wide letters
		"H\u03BF\u0302\u0300 Tấn Lực":                               "truong-phong-kt", // Greek ο
		"Hồ.Tấn.Lực, Hồ-Tấn-Lực":                                    "truong-phong-kt",
		"HồTấnLực":                                                  "truong-phong-kt",
		"hotanluc":                                                  "truong-phong-kt",
		"H ồ T ấ n L ự c":                                           "truong-phong-kt",
		"H0 Tan Luc":                                                "truong-phong-kt",
		"Hồ\nTấn\nLực":                                              "truong-phong-kt",
		"Hồ Tân Lức nhận tiền":                                      "truong-phong-kt",  // other marks
		"Hồ Tấn Lựt nhận tiền":                                      "truong-phong-kt?", // one letter other
		"Hồ Tấn Lựcc":                                               "truong-phong-kt?", // one more
		"Hồ Tấ Lực":                                                 "truong-phong-kt?", // one less
		"Hồ Tnấ Lực":                                                "truong-phong-kt?", // two swapped
		"Bồ Tấn Lực":                                                "truong-phong-kt?",
		"Mai Thi Cam Tu day them":                                   "hieu-truong",
		"Đoàn Quốc Khải và Hồ Tấn Lực chia nhau":                    "chu-tich truong-phong-kt",
		"Hồ T. Lực nhận tiền":                                       "truong-phong-kt", // initials
		"H.T. Lực nhận tiền":                                        "truong-phong-kt?",
		"H. Lực nhận tiền":                                          "truong-phong-kt?",
		"T.Lực nhận tiền":                                           "truong-phong-kt?",
		"L.T.N. Bích ở trạm":                                        "truong-tram?",
		"Hồ Lực nhận tiền":                                          "truong-phong-kt?",
		"ông Tấn Lực nhận tiền":                                     "truong-phong-kt", // the end of a name
		"Tấn Lực nhận tiền":                                         "truong-phong-kt?",
		"ông Lực nhận tiền của tôi":                                 "truong-phong-kt?",
		"Hôm qua đồng chí Lực nói vậy":                              "truong-phong-kt?",
		"đ/c Lực nói vậy":                                           "truong-phong-kt?",
		"gặp cán bộ Quyết ở đó":                                     "dia-chinh",
		"ong luc nhan tien cua toi":                                 "truong-phong-kt?",
		"ông lực nhận tiền":                                         "truong-phong-kt?",
		"ông Lục nhận tiền":                                         "truong-phong-kt?", // other marks
		"ông L. nhận tiền":                                          "ha-tang? pho-phong-vhxh? truong-phong-kt?",
		"tiền đưa cho Lực":                                          "truong-phong-kt?",
		"Khải chỉ đạo":                                              "chu-tich?",
		"ông Lực ở Phòng Kinh tế nhận tiền":                         "truong-phong-kt", // the unit beside the name
		"Phòng Kinh tế có anh Quyết hay đòi tiền":                   "dia-chinh",
		"anh quyết phòng kinh tế đòi tiền":                          "dia-chinh",
		"bà Vân phòng văn hóa":                                      "truong-phong-vhxh",
		"cô Tú trường tiểu học số 1":                                "hieu-truong",
		"ông Khải, chủ tịch xã, nhận tiền":                          "chu-tich", // the post beside the name
		"Chủ tịch Khải nhận tiền":                                   "chu-tich",
		"trưởng phòng Lực nhận tiền":                                "truong-phong-kt",
		"Trưởng phòng Kinh tế nhận tiền":                            "truong-phong-kt?", // posts
		"truong phong kinh te nhan tien":                            "truong-phong-kt?",
		"Trưởng phòng Văn hóa xã hội":                               "truong-phong-vhxh?",
		"Phó trưởng phòng Văn hóa – Xã hội":                         "pho-phong-vhxh?",
		"Trưởng phòng đòi tiền tôi":                                 "truong-phong-kt? truong-phong-vhxh?",
		"chủ tịch xã nhận tiền":                                     "chu-tich?",
		"ông chủ tịch UBND xã Thăng Bình nhận tiền":                 "chu-tich?",
		"Chủ tịch Ủy ban nhân dân xã nhận tiền":                     "chu-tich?",
		"ông chủ tịch nhận tiền":                                    "chu-tich?",
		"Chủ tịch thành phố Đà Nẵng nhận tiền":                      "chu-tich-tp?",
		"phó chủ tịch xã nhận tiền":                                 "pho-chu-tich?",
		"PCT UBND xã nhận tiền":                                     "pho-chu-tich?",
		"giám đốc trung tâm phục vụ hành chính công":                "pho-chu-tich?",
		"trưởng công an xã đánh người":                              "truong-cong-an?",
		"công an xã đánh người":                                     "cong-an/",
		"hiệu trưởng thu tiền":                                      "hieu-truong?",
		"cán bộ địa chính xã đòi tiền":                              "dia-chinh?",
		"công chức địa chính đòi tiền":                              "dia-chinh?",
		"kế toán Trạm Y tế khai khống":                              "tram-y-te/", // a post that nobody holds: its unit
		"người của Phòng Kinh tế đòi tiền":                          "phong-kinh-te/",
		"cán bộ TTPVHCC đòi tiền":                                   "ttpvhcc/",
		"Kính gửi: Chủ tịch UBND xã Thăng Bình. Ông Quyết đòi tiền": "dia-chinh?",
		"Kính gửi ông Đoàn Quốc Khải, tôi tố cáo ông Hồ Tấn Lực":    "truong-phong-kt",
		"Ông Hồ Tấn Lực đòi tiền. Đề nghị Chủ tịch UBND xã xem xét": "truong-phong-kt",
		// nobody of the office
		"Cán bộ xã ăn chặn của dân":                     "",
		"Quyết định số 12 về việc thu hồi đất là sai":   "",
		"Phương tiện chở cát chạy đêm, không ai có lại": "",
		"Chủ tịch Hội Nông dân xã nhận tiền":            "",
		"Trưởng thôn bớt tiền cứu trợ":                  "",
		"ông Nguyễn Văn Hùng nhận tiền":                 "",
		"đi qua đường Quốc lộ, cầu Hà Lam, chợ Nhật":    "",
	} {
		if diff := cmp.Diff(want, found(o.Accused(office.Telling{Text: text, Home: "ttpvhcc", Strict: true}))); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// TestWhoIsSaidToBeAccusedNeedsNoTitle: the answer to "about whom" is read more generously than a letter.
func TestWhoIsSaidToBeAccusedNeedsNoTitle(t *testing.T) {
	o := office.New(caseworktest.Demo(now))
	for _, tc := range []struct {
		tell office.Telling
		want string
	}{
		{office.Telling{Said: "Lực"}, "truong-phong-kt"},
		{office.Telling{Said: "lực"}, "truong-phong-kt"},
		{office.Telling{Said: "tấn lực"}, "truong-phong-kt"},
		{office.Telling{Said: "ông Lực"}, "truong-phong-kt"},
		{office.Telling{Said: "Trưởng phòng Kinh tế"}, "truong-phong-kt"},
		{office.Telling{Said: "chủ tịch xã"}, "chu-tich"},
		{office.Telling{Said: "chủ tịch"}, "chu-tich?"},
		{office.Telling{Said: "một cán bộ"}, ""},
		{office.Telling{Unit: "phong-kinh-te"}, "phong-kinh-te/"},
		{office.Telling{Unit: "phong-kinh-te", Said: "anh Quyết"}, "dia-chinh"},
		{office.Telling{Unit: "phong-kinh-te", Head: true}, "truong-phong-kt"},
		{office.Telling{Unit: "ban-ttnd", Head: true}, "ban-ttnd/"}, // a unit without a head
		{office.Telling{Unit: "nowhere"}, ""},
	} {
		tc.tell.Home, tc.tell.Strict = "ttpvhcc", true
		if diff := cmp.Diff(tc.want, found(o.Accused(tc.tell))); diff != "" {
			t.Errorf("%+v: %s", tc.tell, diff)
		}
	}
}

// TestWordsOfEveryDayAccuseNobody: what is no denunciation is full of the chair it is addressed to and of words that are also
// names.
func TestWordsOfEveryDayAccuseNobody(t *testing.T) {
	o := office.New(caseworktest.Demo(now))
	for text, want := range map[string]string{
		"Kính gửi Chủ tịch UBND xã. Đường trước nhà hư, đề nghị Phòng Kinh tế sửa.": "",
		"Chủ tịch UBND xã ban hành Quyết định số 12":                                "",
		"Trưởng phòng Kinh tế trả lời chậm":                                         "",
		"Khải hoàn môn ở cổng chào bị hư":                                           "",
		"xe rác không có lại, nhà bà tư kêu hoài":                                   "",
		"duong co lai o ga, ba con keu hoai":                                        "",
		"Thảo luận với Phương, Hạnh và Liên":                                        "",
		"tôi gặp bà Tư bán vé số":                                                   "",
		"nhà ông Lực đổ rác ra đường":                                               "truong-phong-kt?",
		"ông Hồ Tấn Lực không trả lời":                                              "truong-phong-kt",
		"ong Ho Tan Luc khong tra loi":                                              "truong-phong-kt",
		"trưởng phòng Lực không trả lời":                                            "truong-phong-kt",
		"ông Tấn Lực không trả lời":                                                 "truong-phong-kt",
		"ông Lực, Phòng Kinh tế, không trả lời":                                     "truong-phong-kt",
	} {
		if diff := cmp.Diff(want, found(o.Accused(office.Telling{Text: text, Home: "ttpvhcc"}))); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func FuzzAccused(f *testing.F) {
	o := office.New(caseworktest.Demo(now))
	for _, s := range []string{"ông Lực", "Kính gửi", "Hồ T. L", "chủ tịch", "đ/c", "\u0301\u0301 a b c d", "phó trưởng phòng", "Kính thưa kính gửi ông"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tell := range []office.Telling{{Text: text}, {Said: text, Strict: true}, {Text: text, Strict: true, Home: "ttpvhcc"}} {
			for _, id := range append(o.Accused(tell).Certain, o.Accused(tell).Possible...) {
				if _, ok := o.Staff(id); !ok {
					t.Fatalf("%q names %q, who is nobody", text, id)
				}
			}
		}
	})
}

func BenchmarkAccused(b *testing.B) {
	o := office.New(caseworktest.Demo(now))
	text := strings.Repeat("Ngày mười hai khi đến đo đất nhà tôi ở thôn, ông Quyết yêu cầu đưa tiền để hồ sơ nhanh và không bị thiếu diện tích. ", 10)
	for b.Loop() {
		o.Accused(office.Telling{Text: text, Home: "ttpvhcc", Strict: true})
	}
}

// TestWhoHeldAPostBeforeMayBeMeant: neither another title, nor another unit, nor another name of the unit, nor another head of it keeps
// a letter about what was done in a post from meaning who held it then; bare ranks and other fields mean the present ones alone.
func TestWhoHeldAPostBeforeMayBeMeant(t *testing.T) {
	change := func(unit func(*office.Unit), person func(*office.Staff)) *office.Office {
		c := caseworktest.Demo(now)
		for i := range c.Units {
			if c.Units[i].ID == "phong-kinh-te" {
				unit(&c.Units[i])
			}
		}
		for i := range c.Staff {
			if c.Staff[i].ID == "truong-phong-kt" {
				person(&c.Staff[i])
			}
		}
		return office.New(c)
	}
	sameUnit, samePerson := func(*office.Unit) {}, func(*office.Staff) {}
	other := func(u *office.Unit) { u.Entrust("dia-chinh") }
	for what, tc := range map[string]struct {
		o          *office.Office
		text, want string
	}{
		"retitled":                     {change(sameUnit, func(s *office.Staff) { s.Repost(office.Name{VI: "Chuyên viên"}, "van-phong") }), "Trưởng phòng Kinh tế nhận tiền", "truong-phong-kt?"},
		"retitled and replaced":        {change(other, func(s *office.Staff) { s.Repost(office.Name{VI: "Chuyên viên"}, "van-phong") }), "Trưởng phòng Kinh tế nhận tiền", "dia-chinh? truong-phong-kt?"},
		"retitled many times": {change(sameUnit, func(s *office.Staff) {
			for i := range 40 {
				s.Repost(office.Name{VI: "Chuyên viên " + strconv.Itoa(i)}, "van-phong")
			}
		}), "Trưởng phòng Kinh tế nhận tiền", "truong-phong-kt?"},
		"replaced":                     {change(other, func(s *office.Staff) { s.Title.VI = "" }), "Trưởng phòng Kinh tế nhận tiền", "dia-chinh? truong-phong-kt?"},
		"named with the old post":      {change(other, func(s *office.Staff) { s.Repost(office.Name{VI: "Chuyên viên"}, "van-phong") }), "ông Trưởng phòng Kinh tế Lực nhận tiền", "truong-phong-kt"},
		"another unit's post":          {change(other, func(s *office.Staff) { s.Repost(office.Name{VI: "Chuyên viên"}, "van-phong") }), "Giám đốc Trung tâm Phục vụ hành chính công nhận tiền", "pho-chu-tich?"},
		"the unit has another name":    {change(func(u *office.Unit) { u.Rename(office.Name{VI: "Phòng Hạ tầng"}) }, func(s *office.Staff) { s.Title.VI = "" }), "Trưởng phòng Kinh tế nhận tiền", "truong-phong-kt?"},
		"the unit by its former name":  {change(func(u *office.Unit) { u.Rename(office.Name{VI: "Phòng Hạ tầng"}) }, samePerson), "Phòng Kinh tế làm mất hồ sơ", "phong-kinh-te/"},
		"the unit by its present name": {change(func(u *office.Unit) { u.Rename(office.Name{VI: "Phòng Hạ tầng"}) }, samePerson), "Phòng Hạ tầng làm mất hồ sơ", "phong-kinh-te/"},
	} {
		if got := found(tc.o.Accused(office.Telling{Text: tc.text, Strict: true})); got != tc.want {
			t.Errorf("%s: %q means %q, want %q", what, tc.text, got, tc.want)
		}
	}
}

package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names as they are in the country between Hà Lam and the hills. Surnames that many bear stand there more than once.
var (
	surnames = strings.Fields(`Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phan Phan Võ Võ Huỳnh Huỳnh Phạm Phạm Hồ Đoàn
		Bùi Trương Trương Đặng Ngô Lương Hà Tạ Châu Thái Đỗ Dương Cao Đinh Hoàng Mai Lý Tô Vũ Ngụy Doãn Thân`)
	elderMen   = strings.Fields("Văn_Bảy Văn_Sáu Tấn_Lộc Đình_Thơ Văn_Cúc Hữu_Chanh Thanh_Xuân Văn_Phẩm Ngọc_Ẩn Tấn_Hai Văn_Đó Xuân_Mười Đức_Thạnh Văn_Liễu Hữu_Dư Tấn_Kỉnh Văn_Nghinh Công_Thảo Đình_Hoanh Văn_Lễ Tấn_Đề Hữu_Sanh Văn_Nhứt Văn_Thừa")
	elderWomen = strings.Fields("Thị_Lẹ Thị_Bông Thị_Năm Thị_Chín Thị_Cúc Thị_Xí Thị_Mót Thị_Hường Thị_Tám Thị_Đào Thị_Sáu Thị_Nhành Thị_Thơm Thị_Lựu Thị_Bốn Thị_Cam Thị_Kỷ Thị_Thôi Thị_Mười Thị_Nga Thị_Huệ Thị_Sương Thị_Xuyến Thị_Lài")
	men        = strings.Fields("Văn_Hưởng Minh_Tuấn Thanh_Bình Quốc_Việt Ngọc_Sơn Tấn_Phát Đình_Vương Hữu_Lợi Công_Danh Văn_Thành Viết_Dũng Xuân_Trường Anh_Tuấn Hoàng_Phúc Văn_Tín Đức_Anh Nhật_Trường Tấn_Đạt Văn_Quý Minh_Hiếu Thanh_Tùng Hồng_Sơn Văn_Cường Duy_Khánh Trọng_Hữu Văn_Nam Ngọc_Hải Phước_Lành Bá_Thông Văn_Hậu Quang_Vinh Thế_Vỹ Tấn_Tài Văn_Trung Đình_Phong Mạnh_Cường")
	women      = strings.Fields("Thị_Hồng Thị_Thu_Hà Thị_Kim_Chi Ngọc_Hân Thị_Thanh_Tâm Thị_Lệ_Thủy Thị_Mỹ_Duyên Thị_Tuyết Thị_Hoa Thị_Bích_Ngọc Thị_Ngọc_Ánh Thị_Vân Thị_Hạnh Thị_Phương Thu_Trang Thị_Minh_Nguyệt Thị_Xuân_Lan Thị_Diễm_My Thị_Loan Kim_Yến Thị_Hiền Thị_Cẩm_Vân Thị_Nhung Thị_Ái_Liên Thị_Thu_Sương Thị_Thắm Thị_Trâm Như_Ý Thị_Kiều Thị_Hương_Giang Thị_Quyên Thị_Bảy")
	// neighbours are people as they are called in the hamlet.
	neighbours = []string{"ông Bảy", "bà Tám", "ông Năm Thơ", "bà Sáu", "anh Tư Lộc", "ông Chín", "bà Hai Lựu", "chú Mười", "thím Ba", "ông Sáu Cúc"}
	// birthplaces are the codes of the provinces in identity numbers: Quảng Nam, Đà Nẵng, Quảng Ngãi, Huế, TP.HCM.
	birthplaces = []string{"049", "048", "051", "046", "079"}
)

// people keeps names and numbers apart from each other and from the staff.
type people struct {
	taken map[string]bool // folded names
	seq   int
	thon  []Thon
}

func newPeople(c *Content) *people {
	p := &people{taken: map[string]bool{}, thon: c.Place.Thon}
	for _, s := range c.Staff {
		p.taken[fold(s.Name)] = true
	}
	return p
}

// writer is who writes a letter.
type writer struct {
	name    string
	male    bool
	born    int
	thon    string
	seq     int
	foreign bool
}

// elder is the age from which people bear the names of their time.
const elder = 60

func (p *people) writer(d *dice, l letter, year int) writer {
	p.seq++
	age := d.between(cmp.Or(l.Ages[0], 24), cmp.Or(l.Ages[1], 72))
	w := writer{seq: p.seq, born: year - age, male: d.chance(55), thon: pick(d, p.thon).Name}
	if len(l.Thon) > 0 {
		w.thon = pick(d, l.Thon)
	}
	if l.Sex != "" {
		w.male = l.Sex == "m"
	}
	w.name, w.foreign = l.Foreigner, l.Foreigner != ""
	for w.name == "" {
		if n := p.name(d, w.male, age >= elder); !p.taken[fold(n)] {
			w.name = n
		}
	}
	p.taken[fold(w.name)] = true
	return w
}

func (p *people) name(d *dice, male, old bool) string {
	list := women
	switch {
	case male && old:
		list = elderMen
	case male:
		list = men
	case old:
		list = elderWomen
	}
	return pick(d, surnames) + " " + strings.ReplaceAll(pick(d, list), "_", " ")
}

// contact writes down what this kind of letter asks for: the law wants an identity number in complaints and denunciations.
func (w writer) contact(kind string, g *author) Contact {
	d := g.dice
	c := Contact{Name: w.name, Phone: fmt.Sprintf("090000%04d", 1000+w.seq*7), Address: w.address(g)}
	if w.foreign {
		c.Email = strings.NewReplacer(" ", ".", "'", "").Replace(fold(w.name)) + "@example.com"
		if slices.Contains(formal, kind) {
			c.IDNumber = fmt.Sprintf("C%08d", 90_000_000+w.seq) // a passport
		}
		return c
	}
	if d.chance(8) {
		parts := strings.Fields(fold(w.name))
		c.Email = parts[len(parts)-1] + "." + parts[0] + strconv.Itoa(w.born%100) + "@example.com"
	}
	if slices.Contains(formal, kind) || kind == "petition" && d.chance(50) {
		c.IDNumber = w.idNumber(d)
	}
	return c
}

func (w writer) address(g *author) string {
	d := g.dice
	where := "Tổ " + strconv.Itoa(d.between(1, 9)) + ", thôn " + w.thon
	if strings.HasPrefix(w.thon, "Hà Lam") {
		where = strconv.Itoa(d.between(3, 290)) + " " + pick(d, g.content.Place.Streets) + ", thôn " + w.thon
	}
	return where + ", xã Thăng Bình, thành phố Đà Nẵng"
}

// idNumber builds the 12 digits of a căn cước: place of birth, century and sex, year, and a serial beyond those given out.
func (w writer) idNumber(d *dice) string {
	digit := 0
	if w.born >= 2000 {
		digit = 2
	}
	if !w.male {
		digit++
	}
	place := birthplaces[d.weighted([]int{82, 10, 3, 2, 3})]
	return fmt.Sprintf("%s%d%02d99%04d", place, digit, w.born%100, (w.seq*37+d.below(30))%10_000)
}

// yearOf is the year in Vietnam.
func yearOf(t time.Time) int { return t.In(vietnam).Year() }

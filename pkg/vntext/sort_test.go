package vntext_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tiepdan/pkg/vntext"
)

func TestCompareFollowsTheVietnameseAlphabetAndTones(t *testing.T) {
	for _, order := range []string{
		"a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
		"ma mà mả mã má mạ",
		"an ăn ân ba ca chu co da đa ê",
		"hoa hòa hoả hõa hoá họa hu",
		"tổ_2 tổ_10 tổ_11",
	} {
		want := strings.Fields(order)
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "_", " ")
		}
		got := shuffled(want)
		slices.SortFunc(got, vntext.Compare)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestPlaceOfTheToneAndFormDoNotMatterForOrder(t *testing.T) {
	for _, pair := range [][2]string{
		{"hòa", "hoà"},
		{"THỦY", "THUỶ"},
		{"khỏe", "khoẻ"},
		{"Đặng", norm.NFD.String("Đặng")},
	} {
		if got := vntext.Compare(pair[0], pair[1]); got != 0 {
			t.Errorf("%q: got %d", pair, got)
		}
	}
}

func TestNamesSortByGivenThenFamilyThenMiddle(t *testing.T) {
	want := []string{
		"NGUYỄN VĂN ÁI", "Nguyễn Văn An", "Trần Bình", "Lê Thị Đào", "Phạm Hoa", "Bùi Thị Hòa", "Trần Hoà",
		"Y Kơ", "Nguyễn Anh Minh", "Nguyễn Ánh Minh", "Nguyễn Thị Minh", "Nguyễn Văn Minh", "Trần An Minh", "Xên",
	}
	got := shuffled(want)
	slices.SortFunc(got, vntext.CompareNames)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCapitalsDoNotMatterForTheOrderOfNames(t *testing.T) {
	if got := vntext.CompareNames("NGUYỄN VĂN AN", "Nguyễn Văn An"); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestNameKeysAgreeWithComparingPartAfterPart(t *testing.T) {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("aáàăâbdđeêhoôơnuưyỹ")), 1, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(part, 3, 3).Draw(t, "a"), rapid.SliceOfN(part, 3, 3).Draw(t, "b")
		want := 0
		for _, i := range []int{2, 0, 1} {
			if want = vntext.Compare(a[i], b[i]); want != 0 {
				break
			}
		}
		if got := vntext.CompareNames(strings.Join(a, " "), strings.Join(b, " ")); got != want {
			t.Errorf("%q %q: got %d, want %d", a, b, got, want)
		}
	})
}

func TestKeysMayBeMadeAtOnceByMany(t *testing.T) {
	want := vntext.NameKey("Nguyễn Thị Ổn")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if got := vntext.NameKey("Nguyễn Thị Ổn"); !bytes.Equal(got, want) {
					t.Errorf("got %x, want %x", got, want)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkNameKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = vntext.NameKey("Nguyễn Thị Minh Khai")
	}
}

func shuffled(s []string) []string {
	s = slices.Clone(s)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

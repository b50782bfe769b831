package register_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tiepdan/internal/domain/register"
)

// TestASpreadsheetIsWrittenAsItGrows: spreadsheet programs read back what was written, whatever it was, and the first lines are out before
// the last are known.
func TestASpreadsheetIsWrittenAsItGrows(t *testing.T) {
	var b bytes.Buffer
	w, err := register.NewXLSX(&b, "cases")
	if err != nil {
		t.Fatal(err)
	}
	table := [][]string{{"Mã", "Nội dung"}, {`=HYPERLINK("http://evil")`, "<b>&\"' hai  dấu cách\nxuống dòng "}, {"", strings.Repeat("ữ", 40_000)}}
	for i, row := range table {
		before := b.Len()
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if i == 0 && before == 0 {
			t.Error("nothing is out before the first line")
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.GetRows("cases")
	table[2][1] = strings.Repeat("ữ", 32_767)
	if diff := cmp.Diff(table, got); diff != "" || err != nil {
		t.Errorf("it reads as (-want +got) %s, %v", diff, err)
	}
	if formula, err := f.GetCellFormula("cases", "A2"); formula != "" || err != nil {
		t.Errorf("a cell is the formula %q, %v", formula, err)
	}
}

// TestALongTableTakesNoMemory of its length.
func TestALongTableTakesNoMemory(t *testing.T) {
	row := []string{"TD-0001", "Phản ánh", strings.Repeat("chữ ", 20)}
	for _, as := range []string{"csv", "xlsx"} {
		var to counter
		w, err := register.NewTable(&to, "cases", as)
		if err != nil {
			t.Fatal(err)
		}
		began := heap()
		for range 100_000 {
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
		if grown := heap() - began; grown > 4<<20 {
			t.Errorf("%s: %d bytes are kept of 100,000 lines", as, grown)
		}
		if err := w.End(); err != nil || to == 0 {
			t.Errorf("%s: %d bytes, %v", as, to, err)
		}
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

package casework_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
)

// unanswered are the stored fields that no digest of the document covers: the history has its own, the mark changes without
// an entry, and what views look at is computed anew by Check.
var unanswered = []string{"_id", "v", "history", "sums", "announced", "unsent_at", "stamp", "watch_at", "standing", "replied_at", "doubt"}

// fill gives every field below v a value and lists the paths of the leaves.
func fill(v reflect.Value, path string, leaf func(path string, change func())) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, leaf)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1).UTC()))
			leaf(path, func() { v.Set(reflect.ValueOf(time.UnixMilli(2).UTC())) })
			return
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("bson"), ",")
			fill(v.Field(i), strings.TrimPrefix(path+"."+name, "."), leaf)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, leaf)
	case reflect.String:
		v.SetString("a")
		leaf(path, func() { v.SetString("b") })
	case reflect.Bool:
		leaf(path, func() { v.SetBool(true) })
	case reflect.Float64:
		leaf(path, func() { v.SetFloat(1.5) })
	case reflect.Uint8:
		v.SetUint(1)
		leaf(path, func() { v.SetUint(2) })
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
		leaf(path, func() { v.SetInt(2) })
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		m.SetMapIndex(reflect.ValueOf("k").Convert(v.Type().Key()), reflect.New(v.Type().Elem()).Elem())
		v.Set(m)
		leaf(path, func() { v.Set(reflect.MakeMap(v.Type())) })
	default:
		panic("sums_test: teach fill the kind of " + path)
	}
}

func TestEveryStoredFieldIsAnsweredFor(t *testing.T) {
	paths := 0
	for at := 0; ; at++ {
		c := &casework.Case{}
		i, path, change := 0, "", func() {}
		fill(reflect.ValueOf(c).Elem(), "", func(p string, f func()) {
			if i == at {
				path, change = p, f
			}
			i++
		})
		if at >= i {
			break
		}
		c.History = nil
		casework.Record(c, history.Entry{At: time.UnixMilli(1), Actor: history.BySystem, What: "x"})
		if found := c.Check(); len(found) > 0 {
			t.Fatalf("%s: untouched, but %v", path, found)
		}
		top, _, _ := strings.Cut(path, ".")
		if slices.Contains(unanswered, top) {
			continue
		}
		paths++
		// fold computed some of the fields anew: change what is there now.
		was := *c
		change()
		if reflect.DeepEqual(was, *c) && !strings.ContainsAny(path, ".") {
			continue
		}
		if found := c.Check(); len(found) != 1 || !strings.HasPrefix(path, strings.SplitN(found[0].Field, ".", 2)[0]) || found[0].Seq != 1 {
			t.Errorf("%s was changed: told %v", path, found)
		}
	}
	if paths < 60 {
		t.Errorf("only %d fields looked at", paths)
	}
}

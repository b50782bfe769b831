// Command sbom reads a CycloneDX document and prints how many parts come under which licence. It ends with 1 when a part has none, or
// one that the list of licences does not name: the program is given away under Apache-2.0.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// allowed are the licences that go with Apache-2.0 in one binary; MPL's files are used as they come.
var allowed = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD-Source-Code", "ISC", "MPL-2.0", "Unlicense", "CC0-1.0", "OFL-1.1", "Zlib", "0BSD"}

type document struct {
	Components []struct {
		Name, Version string
		Licenses      []licence
		Evidence      struct{ Licenses []licence }
	}
}

type licence struct {
	License    struct{ ID, Name string }
	Expression string
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	if len(d.Components) == 0 {
		return fmt.Errorf("%s names no parts", path)
	}
	counts, bad := map[string]int{}, 0
	for _, c := range d.Components {
		names := map[string]bool{}
		for _, l := range append(c.Licenses, c.Evidence.Licenses...) {
			names[l.License.ID+l.License.Name+l.Expression] = true
		}
		if len(names) == 0 {
			names["none"] = true
		}
		for name := range names {
			counts[name]++
			if !slices.Contains(allowed, name) {
				bad++
				fmt.Fprintf(os.Stderr, "%s %s: %s\n", c.Name, c.Version, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("%4d  %s\n", counts[name], name)
	}
	fmt.Printf("%4d  parts\n", len(d.Components))
	if bad > 0 {
		return fmt.Errorf("%d licences to look at", bad)
	}
	return nil
}

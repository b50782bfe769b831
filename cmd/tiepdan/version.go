package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

type version struct{}

// Run prints what the build knows of itself.
func (*version) Run() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	_, err := fmt.Fprintln(os.Stdout, "tiepdan", info.Main.Version, info.GoVersion)
	return err
}

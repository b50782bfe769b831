//go:build !unix

package main

// private is left to the machine's own rights where there is no umask.
func private() {}

//go:build unix

package main

import "syscall"

// private makes whatever the program creates its user's own.
func private() { syscall.Umask(0o077) }

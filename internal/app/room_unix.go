//go:build linux || darwin

package app

import "syscall"

// freeBytes is how much room the disk of a folder has for a program without special rights.
func freeBytes(dir string) (uint64, bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true //nolint:gosec // the size of a block is positive
}

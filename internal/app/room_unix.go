//go:build linux || darwin

package app

import (
	"os"
	"syscall"
)

// freeBytes is how much room the disk of a folder has for a program without special rights.
func freeBytes(dir string) (uint64, bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true //nolint:gosec // the size of a block is positive
}

// alone holds a file until it is closed, and reports false where another process holds it, or nobody can say.
func alone(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

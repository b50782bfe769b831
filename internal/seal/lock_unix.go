//go:build unix

package seal

import (
	"fmt"
	"os"
	"syscall"
)

// lockFile waits until no other process writes the key file. The lock stands on a file beside it, for the key file itself is
// replaced by another, and ends with the process at the latest.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the administrator's own setting
	if err != nil {
		return nil, fmt.Errorf("lock key file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock key file: %w", err)
	}
	return func() { _ = f.Close() }, nil
}

package process

import (
	"os"
	"syscall"
	"unsafe"
)

// control asks the file system of an open file to shut down.
func control(f *os.File, how *uint32) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(how)))
	if errno != 0 {
		return errno
	}
	return nil
}

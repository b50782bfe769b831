package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// ErrNoMount says that this user may mount nothing here, as in most containers and without root.
var ErrNoMount = errors.New("no file system may be mounted here")

// SmallDisk puts a file system of its own, with room for that many bytes, in the place of a folder.
func SmallDisk(dir string, bytes int) (unmount func() error, err error) {
	err = syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+strconv.Itoa(bytes))
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		return nil, ErrNoMount
	}
	return func() error { return syscall.Unmount(dir, syscall.MNT_DETACH) }, err
}

// FillDisk fills the file system of a folder to the last byte with a file, and returns its path.
func FillDisk(dir string) (path string, err error) {
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(f, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		return "", errors.Join(fmt.Errorf("fill %s: %w", dir, err), f.Close())
	}
	return f.Name(), f.Close()
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Disk is an ext4 file system in a file, mounted by a loop device: one whose power can be cut.
type Disk struct{ image, dir string }

// NewDisk makes and mounts a file system of that many bytes in the place of a folder.
func NewDisk(ctx context.Context, image, dir string, bytes int64) (*Disk, error) {
	if os.Geteuid() != 0 {
		return nil, ErrNoMount
	}
	d := &Disk{image, dir}
	f, err := os.Create(image)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(bytes), f.Close()); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		return nil, errors.Join(ErrNoMount, fmt.Errorf("mkfs.ext4: %w %s", err, out))
	}
	if err := d.Mount(ctx); err != nil {
		return nil, errors.Join(ErrNoMount, err)
	}
	return d, nil
}

// Mount brings the file system back; its journal is replayed.
func (d *Disk) Mount(ctx context.Context) error {
	if out, err := exec.CommandContext(ctx, "mount", "-o", "loop,errors=remount-ro", d.image, d.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("mount: %w %s", err, out)
	}
	return nil
}

// Unmount takes the file system away. Nobody may have a file of it open; of a process that was killed the last is closed a moment
// after it is gone.
func (d *Disk) Unmount() error {
	for begun := time.Now(); ; time.Sleep(lookEvery) {
		if err := syscall.Unmount(d.dir, 0); !errors.Is(err, syscall.EBUSY) || time.Since(begun) > patience {
			return err
		}
	}
}

const (
	shutdown   = 0x8004587d // FS_IOC_SHUTDOWN of linux/fs.h
	noLogFlush = 2          // not even the journal reaches the disk
)

// Cut is the power cut: from now on nothing reaches the disk, and what was not synced is gone after Unmount and Mount.
func (d *Disk) Cut() error {
	f, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	defer f.Close()
	how := uint32(noLogFlush)
	return control(f, &how)
}

// Check mends what an error left and clears its mark, as an administrator would before he mounts it again.
func (d *Disk) Check(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "e2fsck", "-fy", d.image).CombinedOutput()
	if e, ok := errors.AsType[*exec.ExitError](err); ok && e.ExitCode() <= 2 {
		return nil // it mended something
	}
	if err != nil {
		return fmt.Errorf("e2fsck: %w %s", err, out)
	}
	return nil
}

// ReadOnly makes the file system refuse writes under whoever has it open, as after an error of the disk.
func (d *Disk) ReadOnly(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "findmnt", "-no", "SOURCE", d.dir).Output()
	if err != nil {
		return fmt.Errorf("findmnt: %w", err)
	}
	device := filepath.Base(string(out[:len(out)-1]))
	return os.WriteFile(filepath.Join("/sys/fs/ext4", device, "trigger_fs_error"), []byte("1"), 0o200)
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"tiepdan/internal/seal"
	"tiepdan/internal/web"
)

// Finding is what the doctor says of one thing. An empty Wrong means that it is well.
type Finding struct {
	Name, Wrong, Do string
	Aside           bool // the service goes on without it
}

// Doctor looks from outside at an installation and the service on it: settings, folder, key file, disk, and what the service
// says of itself. It changes nothing and opens no database.
func Doctor(ctx context.Context, addr, data string) []Finding {
	cfg, err := FromEnv(addr, data, nil)
	if err != nil {
		return []Finding{{"settings", err.Error(), "mend the settings; the README lists them", false}}
	}
	return append([]Finding{{Name: "settings"}, cfg.lookAtFolder(), cfg.lookAtKeys(), cfg.lookAtDisk()}, Service(ctx, cfg.Addr)...)
}

func (c Config) lookAtFolder() Finding {
	f := Finding{Name: "data folder", Do: "let it belong to the service's user alone"}
	if err := errors.Join(ownersOnly(c.Data, "700"), ownersOnly(c.Keys, "600")); err != nil {
		f.Wrong = err.Error()
	} else if info, err := os.Stat(c.Data); err != nil {
		f.Wrong, f.Do = err.Error(), "the first start of `tiepdan serve` makes it"
	} else if !info.IsDir() {
		f.Wrong = c.Data + " is no folder"
	}
	return f
}

func (c Config) lookAtKeys() Finding {
	f := Finding{Name: "key file", Do: "put it back from its copy before any restart: without it nothing sealed can be read"}
	if _, err := os.Stat(c.Keys); errors.Is(err, fs.ErrNotExist) {
		f.Wrong = c.Keys + " is not there"
		return f
	}
	if _, err := seal.Open(c.Keys, c.KeysPass, false); err != nil {
		f.Wrong = err.Error()
	}
	return f
}

func (c Config) lookAtDisk() Finding {
	f := Finding{Name: "disk", Do: "remove files outside the data folder"}
	if free, known := freeBytes(c.Data); known && free < max(leastRoom, c.FreeSpace) {
		f.Wrong = fmt.Sprintf("%d MB free, %d MB wanted", free>>20, max(leastRoom, c.FreeSpace)>>20)
	}
	return f
}

// serviceTime bounds the question to the service, which answers within two seconds.
const serviceTime = 4 * time.Second

// Service asks the service that listens on an address of this machine what it finds when it looks at all that it needs.
func Service(ctx context.Context, addr string) []Finding {
	f := Finding{Name: "service", Do: "start it, and read its log"}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		f.Wrong, f.Do = err.Error(), "give an address as host:port"
		return []Finding{f}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, serviceTime)
	defer cancel()
	checks, err := askReady(ctx, "http://"+net.JoinHostPort(host, port)+"/readyz")
	if err != nil {
		f.Wrong = err.Error()
		return []Finding{f}
	}
	found := []Finding{{Name: "service"}}
	for _, c := range checks {
		f := Finding{Name: "service: " + c.Name}
		if c.Last != nil {
			f.Name += " (last " + c.Last.UTC().Format(time.RFC3339) + ")"
		}
		if c.Failed {
			f.Wrong, f.Do, f.Aside = "fails", "see the table under Operation in the README, or /staff/admin/health", c.Aside
			if c.Since != nil {
				f.Wrong += " since " + c.Since.UTC().Format(time.RFC3339)
			}
		}
		found = append(found, f)
	}
	return found
}

func askReady(ctx context.Context, url string) ([]web.Check, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var said struct{ Checks []web.Check }
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, maxReady)).Decode(&said); err != nil || len(said.Checks) == 0 {
		return nil, fmt.Errorf("something else answers at %s (%s)", url, resp.Status)
	}
	return said.Checks, nil
}

// maxReady bounds what is read of an answer that may be another program's.
const maxReady = 64 << 10

package signin_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

// clearly makes passwords their own hashes: these tests are about counting, not about hashing.
func clearly(d *door) *door {
	d.Check(func(hash, password string) bool { return hash != "" && hash == password })
	return d
}

func clerk() office.Staff {
	return office.Staff{ID: "s1", Username: "lan", Name: "Trần Thị Lan", Password: "đúng"}
}

// hammer fails so many times in a name, a second apart.
func hammer(t *testing.T, d *door, times int) {
	t.Helper()
	for i := range times {
		_, _, err := d.SignIn(t.Context(), in("sai "+strconv.Itoa(i)))
		if _, waits := errors.AsType[*signin.WaitError](err); !waits && !errors.Is(err, signin.ErrWrong) {
			t.Fatalf("guess %d: %v", i, err)
		}
		d.clock = d.clock.Add(time.Second)
	}
}

func TestAStrangerNeverKeepsAKnownDeviceWaiting(t *testing.T) {
	d := clearly(newDoor(clerk()))
	devices := d.Remember("", "s1")
	hammer(t, d, 200)
	at := in("đúng") // from the very address of the stranger
	at.Devices = devices
	if _, who, err := d.SignIn(t.Context(), at); err != nil || who.ID != "s1" {
		t.Errorf("the clerk on her own device: %v", err)
	}
	for name, other := range map[string]string{
		"of somebody else": d.Remember("", "s2"), "made up": "x.1.AAAA", "none": "", "changed": devices[:len(devices)-1] + "x",
	} {
		hammer(t, d, 20)
		at.Devices = other
		_, _, err := d.SignIn(t.Context(), at)
		if _, waits := errors.AsType[*signin.WaitError](err); !waits {
			t.Errorf("a device whose mark is %s: %v", name, err)
		}
	}
	d.clock = d.clock.Add(signin.DeviceLasts)
	hammer(t, d, 20)
	at.Devices = devices
	if _, _, err := d.SignIn(t.Context(), at); err == nil {
		t.Error("a device is known for ever")
	}
}

func TestANewDeviceWaitsNoLongerThanItWasTold(t *testing.T) {
	d := clearly(newDoor(clerk()))
	hammer(t, d, 200)
	_, _, err := d.SignIn(t.Context(), in("đúng"))
	wait, ok := errors.AsType[*signin.WaitError](err)
	if !ok || wait.For <= 0 || wait.For > 15*time.Second || wait.Ticket == "" || wait.Seconds() != int((wait.For+time.Second-1)/time.Second) {
		t.Fatalf("told %v", err)
	}
	told := d.clock.Add(wait.For)
	at := in("đúng")
	at.Ticket = wait.Ticket
	d.clock = told.Add(-time.Millisecond)
	_, _, err = d.SignIn(t.Context(), at)
	if early, ok := errors.AsType[*signin.WaitError](err); !ok || early.For != time.Millisecond || early.Ticket != wait.Ticket {
		t.Errorf("a moment too early: %v", err)
	}
	d.clock = told
	// The stranger takes the turn that has just come; the place is kept all the same.
	if _, _, err := d.SignIn(t.Context(), in("sai")); !errors.Is(err, signin.ErrWrong) {
		t.Fatalf("the stranger's turn: %v", err)
	}
	if _, who, err := d.SignIn(t.Context(), at); err != nil || who.ID != "s1" {
		t.Errorf("at the told time: %v", err)
	}
	hammer(t, d, 20)
	if _, _, err := d.SignIn(t.Context(), at); err == nil {
		t.Error("a ticket holds twice")
	}
}

func TestGuessesAreSpaced(t *testing.T) {
	d := clearly(newDoor(clerk()))
	checked := 0
	for range 3600 { // an hour of a guess each second
		if _, _, err := d.SignIn(t.Context(), in("sai")); errors.Is(err, signin.ErrWrong) {
			checked++
		}
		d.clock = d.clock.Add(time.Second)
	}
	if checked < 200 || checked > 260 {
		t.Errorf("%d guesses an hour were checked, want about 240", checked)
	}
	var wg sync.WaitGroup
	d = clearly(newDoor(clerk()))
	results := make(chan error, 100)
	for range 100 {
		wg.Go(func() {
			_, _, err := d.SignIn(t.Context(), in("sai"))
			results <- err
		})
	}
	wg.Wait()
	close(results)
	atOnce := 0
	for err := range results {
		if errors.Is(err, signin.ErrWrong) {
			atOnce++
		}
	}
	if atOnce > signin.FreeFailures {
		t.Errorf("%d guesses at once were checked, want %d at most", atOnce, signin.FreeFailures)
	}
}

func TestTicketsAreNoWayAroundTheWaiting(t *testing.T) {
	d := clearly(newDoor(clerk()))
	hammer(t, d, 40)
	var tickets []string
	for range 200 {
		_, _, err := d.SignIn(t.Context(), in("sai"))
		if w, ok := errors.AsType[*signin.WaitError](err); ok {
			tickets = append(tickets, w.Ticket)
		}
	}
	d.clock = d.clock.Add(15 * time.Second)
	checked := 0
	for _, ticket := range tickets {
		at := in("sai")
		at.Ticket = ticket
		if _, _, err := d.SignIn(t.Context(), at); errors.Is(err, signin.ErrWrong) {
			checked++
		}
	}
	if len(tickets) < 190 || checked > 61 {
		t.Errorf("%d of %d tickets let somebody through", checked, len(tickets))
	}
	other := signin.In{Username: "minh", Password: "sai", Ticket: tickets[0]}
	for range 6 {
		_, _, err := d.SignIn(t.Context(), other)
		if errors.Is(err, signin.ErrWrong) {
			continue
		}
		w, ok := errors.AsType[*signin.WaitError](err)
		if !ok || w.Ticket == other.Ticket {
			t.Errorf("a ticket of another name: %v", err)
		}
	}
}

func TestLongNamesTakeNoMoreMemoryThanOne(t *testing.T) {
	d := clearly(newDoor(clerk()))
	for i := range 3 {
		_, _, err := d.SignIn(t.Context(), signin.In{Username: strings.Repeat("a", 1000+i), Password: "x", From: "192.0.2.1"})
		if !errors.Is(err, signin.ErrWrong) {
			t.Fatal(err)
		}
	}
	if d.Lanes() != 1 {
		t.Errorf("%d lanes for long names", d.Lanes())
	}
}

func TestAHundredStrangersAtOnceDelayNobodyTheyDoNotKnow(t *testing.T) {
	d := newDoor(clerk())
	begun, release := make(chan struct{}, 100), make(chan struct{})
	d.Check(func(hash, password string) bool {
		if password == "sai" {
			begun <- struct{}{}
			<-release
		}
		return hash == password
	})
	const strangers = 100
	results := make(chan error, strangers)
	var wg sync.WaitGroup
	for i := range strangers {
		wg.Go(func() {
			_, _, err := d.SignIn(t.Context(), signin.In{Username: "n" + strconv.Itoa(i), Password: "sai", From: "192.0.2.1"})
			results <- err
		})
	}
	<-begun
	for range strangers - 1 - signin.StrangersWait { // told at once, while the one password is still being checked
		if err := <-results; !errors.Is(err, signin.ErrBusy) {
			t.Fatalf("past the queue: %v", err)
		}
	}
	at := in("đúng")
	at.Devices = d.Remember("", "s1")
	if _, who, err := d.SignIn(t.Context(), at); err != nil || who.ID != "s1" { // before any of the strangers is through
		t.Errorf("the clerk: %v", err)
	}
	close(release)
	wg.Wait()
	if n := len(begun) + 1; n > 1+signin.StrangersWait {
		t.Errorf("%d passwords of strangers were checked", n)
	}
}

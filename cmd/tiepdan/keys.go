package main

import (
	"fmt"
	"os"
	"strings"

	"tiepdan/internal/app"
)

type keys struct {
	Rotate keysRotate `cmd:"" help:"Make a new key for sealing or signing. Running programs take it up by themselves; old keys go on opening."`
	List   keysList   `cmd:"" help:"Name the keys of the key file, without telling them."`
	Public keysPublic `cmd:"" help:"Print the public keys of this office's roots, the newest first, as a witness wants them."`
	Quorum quorum     `cmd:"" help:"The key to denouncers' identities that several persons hold together."`
}

type keysRotate struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
	Kind string `help:"personal, identity, qr or receipt; all of personal and identity when left out." enum:",personal,identity,qr,receipt" default:""`
}

// Run adds the new keys to the key file, beside the running program.
func (r *keysRotate) Run() error {
	kinds := []string{"personal", "identity"}
	if r.Kind != "" {
		kinds = []string{r.Kind}
	}
	prints, err := app.RotateKeys(r.Data, kinds...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "rotated %s\n%s\n", strings.Join(kinds, ", "), strings.Join(prints, "\n"))
	return err
}

type keysList struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
}

// Run prints the keys' fingerprints.
func (l *keysList) Run() error {
	prints, err := app.RotateKeys(l.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, strings.Join(prints, "\n"))
	return err
}

type keysPublic struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
}

// Run prints the public keys with commas between.
func (p *keysPublic) Run() error {
	keys, err := app.PublicKeys(p.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, strings.Join(keys, ","))
	return err
}

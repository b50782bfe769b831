package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
)

// quorum is the ceremony: each person chooses a passphrase, then the key is made and its parts are dealt. Passphrases come
// from standard input, one a line in the order in which the persons are named, so that no command line keeps them.
type quorum struct {
	Enrol  quorumEnrol  `cmd:"" help:"Read a person's new passphrase and keep it for the parts to come."`
	Init   quorumInit   `cmd:"" help:"Make the key and deal a part to each person, who was enrolled before."`
	Prove  quorumProve  `cmd:"" help:"Read passphrases and show that they open the parts; of several persons, that together they make the keys."`
	Renew  quorumRenew  `cmd:"" help:"Deal the parts of all keys anew, from those of persons who bring theirs."`
	Status quorumStatus `cmd:"" help:"Say who holds parts and when each was proved last."`
}

type quorumEnrol struct {
	Data  string `env:"TIEPDAN_DATA" help:"Data folder."`
	Staff string `arg:""             help:"Staff id."`
}

// Run keeps the passphrase.
func (q *quorumEnrol) Run() error {
	c, err := app.OpenCeremony(q.Data)
	if err != nil {
		return err
	}
	bring, err := passphrases(os.Stdin, q.Staff)
	if err != nil {
		return err
	}
	return c.Enrol(q.Staff, bring[q.Staff])
}

type quorumInit struct {
	Data  string   `env:"TIEPDAN_DATA" help:"Data folder."`
	Need  int      `default:"2"        help:"How many persons open an identity together."`
	Staff []string `arg:""             help:"Staff ids of those who hold a part."`
}

// Run makes the first key.
func (q *quorumInit) Run() error {
	return deal(q.Data, false, casework.Renewal{Need: q.Need, Staff: q.Staff})
}

type quorumProve struct {
	Data  string   `env:"TIEPDAN_DATA" help:"Data folder."`
	Staff []string `arg:""             help:"Staff ids of those who are here."`
}

// Run tries the parts.
func (q *quorumProve) Run() error {
	c, err := app.OpenCeremony(q.Data)
	if err != nil {
		return err
	}
	bring, err := passphrases(os.Stdin, q.Staff...)
	if err != nil {
		return err
	}
	if err := c.Prove(bring); err != nil {
		return err
	}
	_, err = fmt.Fprint(os.Stdout, c.Status())
	return err
}

type quorumRenew struct {
	Data   string   `env:"TIEPDAN_DATA" help:"Data folder."`
	Need   int      `default:"2"        help:"How many persons open an identity together."`
	From   []string `help:"Staff ids of those who bring their parts."                          required:""`
	To     []string `help:"Staff ids of those who hold a part from now on."                    required:""`
	NewKey bool     `help:"Also make a new key for what is sealed from now on."`
}

// Run deals the parts anew.
func (q *quorumRenew) Run() error {
	bring, err := passphrases(os.Stdin, q.From...)
	if err != nil {
		return err
	}
	return deal(q.Data, true, casework.Renewal{Bring: bring, Need: q.Need, Staff: q.To, NewKey: q.NewKey})
}

type quorumStatus struct {
	Data string `env:"TIEPDAN_DATA" help:"Data folder."`
}

// Run tells of the keys.
func (q *quorumStatus) Run() error {
	c, err := app.OpenCeremony(q.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(os.Stdout, c.Status())
	return err
}

func deal(data string, renew bool, r casework.Renewal) error {
	c, err := app.OpenCeremony(data)
	if err != nil {
		return err
	}
	if err := c.Deal(renew, r); err != nil {
		return err
	}
	_, err = fmt.Fprint(os.Stdout, c.Status())
	return err
}

// passphrases reads one line for each person.
func passphrases(from io.Reader, staff ...string) (map[string]string, error) {
	in := bufio.NewScanner(from)
	out := map[string]string{}
	for _, s := range staff {
		if _, err := fmt.Fprintf(os.Stderr, "passphrase of %s: ", s); err != nil {
			return nil, err
		}
		if !in.Scan() {
			return nil, fmt.Errorf("no passphrase of %s: one line for each person is read from standard input", s)
		}
		out[s] = strings.TrimSpace(in.Text())
	}
	return out, in.Err()
}

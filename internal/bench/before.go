package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// side is one of the programs that are compared: this tree's, or an earlier commit's.
type side struct {
	name string
	bin  string // the program
	seed string // the command that fills a folder as this side keeps it
}

// compare builds the programs in a folder of their own, and measures.
func compare(ctx context.Context, before string, measure func(dir string, all []side) error) error {
	dir, err := os.MkdirTemp("", "tiepdan-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all, err := sides(ctx, dir, before)
	if err != nil {
		return err
	}
	return measure(dir, all)
}

// sides builds this tree's program, and before it that of the commit, if one is named. The earlier commit is led by this tree's
// bench, so that both are asked the same.
func sides(ctx context.Context, dir, commit string) ([]side, error) {
	now := side{name: "now"}
	var err error
	if now.bin, err = build(ctx, dir); err != nil {
		return nil, err
	}
	if now.seed, err = os.Executable(); err != nil || commit == "" {
		return []side{now}, err
	}
	tree := filepath.Join(dir, "tree")
	if err := in(ctx, ".", "git", "worktree", "add", "--quiet", "--detach", tree, commit); err != nil {
		return nil, err
	}
	own, err := filepath.Glob("internal/bench/*.go")
	if err != nil {
		return nil, err
	}
	for _, f := range own {
		if err := copyFile(f, filepath.Join(tree, f)); err != nil {
			return nil, err
		}
	}
	was := side{name: "before", bin: filepath.Join(dir, "before"), seed: filepath.Join(dir, "before-bench")}
	err = errors.Join(in(ctx, tree, "go", "build", "-o", was.bin, "./cmd/tiepdan"), in(ctx, tree, "go", "build", "-o", was.seed, "./internal/bench"),
		in(ctx, ".", "git", "worktree", "remove", "--force", tree))
	return []side{was, now}, err
}

// in runs a command in a folder.
func in(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stderr, os.Stderr
	return cmd.Run()
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// seeded is what a folder was filled with.
type seeded struct {
	Password string
	Codes    []string // of some cases
}

// fillCmd fills a folder, as a command of its own so that each side does it for itself.
type fillCmd struct {
	Data  string `arg:"" help:"The folder."`
	Cases int    `arg:"" help:"How many cases."`
}

// Run fills the folder and prints what with.
func (f *fillCmd) Run(ctx context.Context) error {
	var s seeded
	var err error
	if s.Password, err = seedOffice(ctx, f.Data); err != nil {
		return err
	}
	if s.Codes, err = grow(ctx, f.Data, 0, f.Cases); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(s)
}

// filled lets the side fill a folder.
func (s side) filled(ctx context.Context, data string, cases int) (out seeded, err error) {
	cmd := exec.CommandContext(ctx, s.seed, "fill", data, strconv.Itoa(cases))
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("fill %s: %w", data, err)
	}
	return out, json.Unmarshal(raw, &out)
}

// Command deploy checks the files of deployments/ as the programs read them that will: every mistake is reported.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/sirupsen/logrus"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	root := os.Args[1]
	logrus.SetOutput(io.Discard) // the loader's warnings of the secrets that are left out below
	err := errors.Join(compose(root), dockerfile(filepath.Join(root, "deployments/Dockerfile")), kubernetes(filepath.Join(root, "deployments/kubernetes")))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// secrets are what deployments/compose.env names; the check stands for whoever fills them in.
var secrets = types.Mapping{"NATS_PASSWORD": "n", "NATS_EVENTS_PASSWORD": "e", "OBJECTS_SECRET": "o", "TIEPDAN_KEYS_PASSPHRASE": "p", "GRAFANA_PASSWORD": "g"}

func compose(root string) error {
	file := filepath.Join(root, "docker-compose.yml")
	load := func(env types.Mapping) (*types.Project, error) {
		return loader.LoadWithContext(context.Background(), types.ConfigDetails{
			WorkingDir: root, ConfigFiles: []types.ConfigFile{{Filename: file}}, Environment: env.Clone(), // the loader adds to it
		}, func(o *loader.Options) { o.SetProjectName("tiepdan", true) })
	}
	p, err := load(secrets)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var errs []error
	for name := range secrets {
		without := secrets.Clone()
		delete(without, name)
		if _, err := load(without); err == nil {
			errs = append(errs, fmt.Errorf("%s: starts without %s", file, name))
		}
		if raw, err := os.ReadFile(filepath.Join(root, "deployments/compose.env")); err != nil || !bytes.Contains(raw, []byte("\n"+name+"=")) {
			errs = append(errs, fmt.Errorf("deployments/compose.env does not name %s", name))
		}
	}
	for name, s := range p.Services {
		if !pinned(s.Image) {
			errs = append(errs, fmt.Errorf("%s: %s has no version", file, name))
		}
		for _, port := range s.Ports {
			if name != "proxy" && port.HostIP != "127.0.0.1" {
				errs = append(errs, fmt.Errorf("%s: %s is open to the network", file, name))
			}
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind {
				if _, err := os.Stat(v.Source); err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %w", file, name, err))
				}
			}
		}
	}
	for name, c := range p.Configs {
		if _, err := os.Stat(c.File); err != nil {
			errs = append(errs, fmt.Errorf("%s: config %s: %w", file, name, err))
		}
	}
	return errors.Join(append(errs, parts(p))...)
}

// parts are what the grown form is made of.
func parts(p *types.Project) error {
	var errs []error
	for _, name := range []string{"web1", "web2", "worker1", "worker2", "mongo1", "mongo2", "mongo3", "nats1", "nats2", "nats3", "objects", "clamd", "proxy", "prometheus", "grafana"} {
		if _, ok := p.Services[name]; !ok {
			errs = append(errs, fmt.Errorf("docker-compose.yml has no %s", name))
		}
	}
	return errors.Join(errs...)
}

func pinned(image string) bool {
	at := strings.LastIndex(image, ":")
	return at > strings.LastIndex(image, "/") && image[at:] != ":latest"
}

func dockerfile(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	tree, err := parser.Parse(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	stages, _, err := instructions.Parse(tree.AST, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	last := stages[len(stages)-1]
	user := slices.IndexFunc(last.Commands, func(c instructions.Command) bool { return c.Name() == "USER" })
	if user < 0 || strings.HasPrefix(last.Commands[user].(*instructions.UserCommand).User, "0") {
		return fmt.Errorf("%s: runs as root", file)
	}
	return nil
}

// kubernetes reads every manifest strictly: a field that the API does not know is a mistake.
func kubernetes(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no manifests in %s", folder))
	}
	var errs []error
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for i, doc := range strings.Split(string(raw), "\n---\n") {
			if err := manifest([]byte(doc)); err != nil && !errors.Is(err, io.EOF) {
				errs = append(errs, fmt.Errorf("%s, document %d: %w", file, i+1, err))
			}
		}
	}
	return errors.Join(errs...)
}

func manifest(doc []byte) error {
	var kind struct{ Kind string }
	if err := yaml.Unmarshal(doc, &kind); err != nil {
		return err
	}
	kinds := map[string]any{
		"Deployment": &apps.Deployment{}, "Service": &core.Service{}, "ConfigMap": &core.ConfigMap{}, "PersistentVolumeClaim": &core.PersistentVolumeClaim{},
		"Ingress": &networking.Ingress{}, "NetworkPolicy": &networking.NetworkPolicy{}, "PodDisruptionBudget": &policy.PodDisruptionBudget{},
	}
	into, ok := kinds[kind.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", kind.Kind)
	}
	return yaml.UnmarshalStrict(doc, into)
}

// Command setters updates the marked scalars below a folder in place with kyaml, the way Flux's update does: files
// without the marker's key are not parsed, every other file is read into nodes, changed files are written anew.
package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tagwright/tagwright/benches/peers/internal/report"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const key = "$imagepolicy"

func main() {
	args := report.Args(3, "FOLDER SETTER VALUE")
	watch := report.Start()
	filter := &setter{name: args[1], value: args[2], changed: map[string]bool{}}
	report.Check(kio.Pipeline{
		Inputs:  []kio.Reader{screeningReader{args[0]}},
		Filters: []kio.Filter{filter},
		Outputs: []kio.Writer{kio.LocalPackageWriter{PackagePath: args[0]}},
	}.Execute())
	watch.Print(filter.edits)
}

// screeningReader reads the YAML files that hold the marker's key.
type screeningReader struct{ root string }

func (r screeningReader) Read() (nodes []*yaml.RNode, err error) {
	err = filepath.WalkDir(r.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !isYAML(path) {
			return err
		}
		read, err := r.readFile(path)
		nodes = append(nodes, read...)
		return err
	})
	return nodes, err
}

func (r screeningReader) readFile(path string) ([]*yaml.RNode, error) {
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, []byte(`"`+key+`"`)) {
		return nil, err
	}
	relative, err := filepath.Rel(r.root, path)
	if err != nil {
		return nil, err
	}
	reader := &kio.ByteReader{
		Reader:            bytes.NewReader(data),
		DisableUnwrapping: true,
		SetAnnotations:    map[string]string{kioutil.PathAnnotation: relative},
	}
	return reader.Read()
}

func isYAML(path string) bool {
	return strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")
}

// setter sets every scalar whose comment names it, and keeps the nodes of the files that it changed.
type setter struct {
	name, value string
	changed     map[string]bool
	edits       int
}

func (s *setter) Filter(nodes []*yaml.RNode) (kept []*yaml.RNode, err error) {
	for _, node := range nodes {
		path, _, err := kioutil.GetFileAnnotations(node)
		if err != nil {
			return nil, err
		}
		before := s.edits
		s.visit(node.YNode(), "")
		s.changed[path] = s.changed[path] || s.edits > before
	}
	for _, node := range nodes {
		if path, _, _ := kioutil.GetFileAnnotations(node); s.changed[path] {
			kept = append(kept, node)
		}
	}
	return kept, nil
}

func (s *setter) visit(node *yaml.Node, keyComment string) {
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, child := range node.Content {
			s.visit(child, "")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			s.visit(node.Content[i+1], node.Content[i].LineComment)
		}
	case yaml.ScalarNode:
		s.set(node, keyComment)
	}
}

func (s *setter) set(node *yaml.Node, keyComment string) {
	for _, comment := range []string{node.LineComment, node.HeadComment, keyComment} {
		if s.named(comment) && node.Value != s.value {
			node.Value = s.value
			s.edits++
		}
	}
}

func (s *setter) named(comment string) bool {
	text := strings.TrimSpace(strings.TrimLeft(comment, "#"))
	if !strings.HasPrefix(text, "{") {
		return false
	}
	marker := map[string]string{}
	return json.Unmarshal([]byte(text), &marker) == nil && marker[key] == s.name
}

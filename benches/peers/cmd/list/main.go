// Command list collects the tags of a repository with go-containerregistry.
package main

import (
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	args := report.Args(1, "HOST:PORT/REPOSITORY")
	watch := report.Start()
	repository, err := name.NewRepository(args[0], name.Insecure)
	report.Check(err)
	tags, err := remote.List(repository)
	report.Check(err)
	watch.Print(len(tags))
}

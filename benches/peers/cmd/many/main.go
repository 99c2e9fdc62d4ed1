// Command many collects the tags of many repositories with go-containerregistry, 16 at a time.
package main

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	args := report.Args(2, "HOST:PORT/PREFIX COUNT")
	count, err := strconv.Atoi(args[1])
	report.Check(err)
	watch := report.Start()
	var total atomic.Int64
	var wait sync.WaitGroup
	turns := make(chan struct{}, 16)
	for number := range count {
		wait.Add(1)
		turns <- struct{}{}
		go func() {
			defer func() { <-turns; wait.Done() }()
			repository, err := name.NewRepository(fmt.Sprintf("%s-%d", args[0], number), name.Insecure)
			report.Check(err)
			tags, err := remote.List(repository)
			report.Check(err)
			total.Add(int64(len(tags)))
		}()
	}
	wait.Wait()
	watch.Print(int(total.Load()))
}

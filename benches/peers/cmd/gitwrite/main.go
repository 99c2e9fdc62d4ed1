// Command gitwrite clones a branch at depth 1 to disk with go-git, reads every file in search of markers, sets the
// marked line of one file, commits and pushes, as Flux does.
package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	args := report.Args(3, "URL FILE CONTENT-FILE  (user and password in PEER_USER and PEER_PASSWORD)")
	content, err := os.ReadFile(args[2])
	report.Check(err)
	folder, err := os.MkdirTemp("", "peer-gitwrite-")
	report.Check(err)
	defer os.RemoveAll(folder)

	watch := report.Start()
	repository, err := git.PlainClone(folder, false, &git.CloneOptions{
		URL: args[0], Auth: auth(), Depth: 1, SingleBranch: true, Tags: git.NoTags,
		ReferenceName: plumbing.NewBranchReferenceName("main"),
	})
	report.Check(err)
	marked := markedFiles(folder)
	report.Check(os.WriteFile(filepath.Join(folder, args[1]), content, 0o644))
	commit(repository, args[1])
	report.Check(repository.Push(&git.PushOptions{Auth: auth()}))
	watch.Print(marked)
}

func auth() *http.BasicAuth {
	user := os.Getenv("PEER_USER")
	if user == "" {
		return nil
	}
	return &http.BasicAuth{Username: user, Password: os.Getenv("PEER_PASSWORD")}
}

func markedFiles(root string) (count int) {
	report.Check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == ".git" {
			return filepath.SkipDir
		}
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("$imagepolicy")) {
			count++
		}
		return err
	}))
	return count
}

func commit(repository *git.Repository, path string) {
	tree, err := repository.Worktree()
	report.Check(err)
	_, err = tree.Add(path)
	report.Check(err)
	_, err = tree.Commit("Update from image update automation", &git.CommitOptions{
		Author: &object.Signature{Name: "peer", Email: "peer@example.com", When: time.Now()},
	})
	report.Check(err)
}

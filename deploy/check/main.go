// Check looks at the files of a deploy folder as those who will read them do: Kubernetes' own types, BuildKit's parser
// of Dockerfiles, actionlint. And it holds them to what the folder promises.
//
//	check FOLDER
//	check context DOCKERFILE FROM TO    copies what a build would send
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1:
		return folder(args[0])
	case len(args) == 4 && args[0] == "context":
		return copyContext(args[1], args[2], args[3])
	}
	return fmt.Errorf("give a folder, or: context DOCKERFILE FROM TO")
}

// folder tells every problem, not the first alone.
func folder(path string) error {
	var problems []string
	checked := 0
	for pattern, check := range map[string]func(string, []byte) []string{
		"Dockerfile":        dockerfile,
		"kubernetes/*.yaml": kubernetes,
		"github/*.yml":      workflow,
	} {
		files, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			problems = append(problems, fmt.Sprintf("%s: there is none", pattern))
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			checked++
			for _, problem := range check(file, text) {
				problems = append(problems, fmt.Sprintf("%s: %s", file, problem))
			}
		}
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems in %s", len(problems), path)
	}
	fmt.Printf("%s: %d files, no problem\n", path, checked)
	return nil
}

package main

import (
	"io"

	"github.com/rhysd/actionlint"
)

// workflow is actionlint's judgement. Its helpers for scripts are left out: the program's tests run the scripts.
func workflow(name string, text []byte) []string {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		return []string{err.Error()}
	}
	found, err := linter.Lint(name, text, nil)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, problem := range found {
		problems = append(problems, problem.Error())
	}
	return problems
}

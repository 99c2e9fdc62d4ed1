package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// What the program runs and reads, as Alpine names it.
var wanted = []string{"ca-certificates", "git", "openssh-client-default", "tini"}

var number = regexp.MustCompile(`^[1-9][0-9]*(:[1-9][0-9]*)?$`)

func dockerfile(_ string, text []byte) []string {
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return []string{err.Error()}
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, warning := range parsed.Warnings {
		problems = append(problems, warning.Short)
	}
	var names []string
	for _, stage := range stages {
		problems = append(problems, stageProblems(stage, names)...)
		names = append(names, stage.Name)
	}
	return append(problems, imageProblems(stages[len(stages)-1])...)
}

// stageProblems are those of any stage, whose earlier ones have these names.
func stageProblems(stage instructions.Stage, earlier []string) []string {
	var problems []string
	if !strings.Contains(stage.BaseName, ":") || strings.HasSuffix(stage.BaseName, ":latest") {
		problems = append(problems, fmt.Sprintf("the image %s moves; name a version of it", stage.BaseName))
	}
	for _, command := range stage.Commands {
		if copied, ok := command.(*instructions.CopyCommand); ok && copied.From != "" && !slices.Contains(earlier, copied.From) {
			problems = append(problems, fmt.Sprintf("there is no earlier stage %s to copy from", copied.From))
		}
		if added, ok := command.(*instructions.AddCommand); ok {
			problems = append(problems, fmt.Sprintf("%s: copy instead", added))
		}
	}
	return problems
}

// imageProblems are those of the stage that becomes the image.
func imageProblems(stage instructions.Stage) []string {
	var user, installed string
	var entrypoint []string
	for _, command := range stage.Commands {
		switch command := command.(type) {
		case *instructions.UserCommand:
			user = command.User
		case *instructions.EntrypointCommand:
			if !command.PrependShell {
				entrypoint = command.CmdLine
			}
		case *instructions.RunCommand:
			installed += " " + strings.Join(command.CmdLine, " ")
		}
	}
	var problems []string
	if !number.MatchString(user) {
		problems = append(problems, fmt.Sprintf("the user '%s' is root, or no number that a cluster could tell from root", user))
	}
	if len(entrypoint) == 0 || entrypoint[0] != "/sbin/tini" {
		problems = append(problems, "the entry point is not tini, run without a shell")
	}
	for _, name := range wanted {
		if !slices.Contains(strings.Fields(installed), name) {
			problems = append(problems, fmt.Sprintf("%s is not installed", name))
		}
	}
	return problems
}
